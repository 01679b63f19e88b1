import { type Claims, createClaims } from './claims.js'
import type { ClaimCodes } from './conflicts.js'
import type { LinkInput } from './link-input.js'
import { birthDateType, isLimited, nameType } from './rules.js'

/** Codes of claims: first the identifiers by number, then the traits. */
export function claimCodes({ typeOf, traits, rules }: LinkInput): ClaimCodes {
  const identifiers = typeOf.length
  const codes = identifiers + traits.initialOf.length
  const types = new Int32Array(codes)
  const initialOf = new Int32Array(codes).fill(-1)
  types.set(typeOf)
  initialOf.set(traits.initialOf, identifiers)
  for (let code = identifiers; code < codes; code++) {
    types[code] = initialOf[code]! < 0 ? birthDateType(rules.length) : nameType(rules.length)
  }
  const initials = traits.initialOf.reduce((most, initial) => Math.max(most, initial), -1) + 1
  return { typeOf: types, initialOf, types: rules.length, initials }
}

/** The claims of every set on its own: its identifiers of types that have a limit, and its traits. */
export function claimsOf(input: LinkInput, codes: ClaimCodes): Claims {
  const { setOf, identifierOf, guarded, traits, sets } = input
  const limited = Uint8Array.from(input.rules, (rule) => (isLimited(rule) ? 1 : 0))
  const capacity = setOf.length + traits.setOf.length
  const claims = createClaims(sets, codes.typeOf.length, capacity)
  for (let row = 0; row < setOf.length; row++) {
    const identifier = identifierOf[row]!
    if (guarded[identifier] === 1 || limited[codes.typeOf[identifier]!] === 0) continue
    claims.add(setOf[row]!, identifier)
  }
  for (let row = 0; row < traits.setOf.length; row++) {
    claims.add(traits.setOf[row]!, input.typeOf.length + traits.traitOf[row]!)
  }
  return claims
}
