import { groupByKey } from './adjacency.js'
import { createNameAgreement, type NameAgreement } from './by-name.js'
import { claimCodes, claimsOf } from './claim-codes.js'
import { createJudge, type Judge, noConflict } from './conflicts.js'
import { createGroups, type Groups } from './groups.js'
import type { LinkInput } from './link-input.js'
import { kinds, limitsThrough } from './rules.js'

/** What joining has found beside the groups themselves. */
export interface Findings {
  /** Identifiers whose customers cannot be one, and the type of the conflict. */
  conflicts: { identifier: number; conflict: number }[]
  /** Links that hold although their identifier is shared. */
  agreed: { set: number; identifier: number; grounds: number }[]
}

/** Grounds of a link through a shared identifier. */
export const namesAgree = 1
export const nothingElseKnown = 2

export interface Joining extends Findings {
  input: LinkInput
  groups: Groups
  judge: Judge
  agreement: NameAgreement
  /** By type of the linking identifier. */
  limits: Int32Array[]
  hardLimits: Int32Array[]
}

/** Every set on its own, with what it claims. */
export function beginJoining(input: LinkInput): Joining {
  const { rules, typeOf, traits } = input
  const codes = claimCodes(input)
  const claims = claimsOf(input, codes)
  const adjacency = groupByKey(input.identifierOf, input.setOf, typeOf.length)
  const groups = createGroups(adjacency, input.sets, claims)
  const judge = createJudge(claims, codes, input.names)
  const isFullName = (code: number) =>
    code >= typeOf.length && traits.isFullName[code - typeOf.length] === 1
  const limits = rules.map((_, type) => limitsThrough(rules, type))
  return {
    input,
    groups,
    judge,
    agreement: createNameAgreement(groups, claims, judge, isFullName),
    limits,
    hardLimits: limits.map((row) =>
      row.map((limit, type) => (rules[type]?.yieldsToName ? 0 : limit)),
    ),
    conflicts: [],
    agreed: [],
  }
}

/** Joins all groups of an identifier; false when they cannot be one customer, so that it links nobody. */
export function joinThrough(joining: Joining, identifier: number): boolean {
  const { groups, judge, input } = joining
  const type = input.typeOf[identifier]!
  const kind = kinds.indexOf(input.rules[type]!.kind)
  const judged = (count: number): number =>
    count < 2
      ? noConflict
      : judge.conflictAmong(groups.selected, count, joining.limits[type]!, kind === 0)
  let count = groups.select(identifier)
  let conflict = judged(count)
  if (conflict !== noConflict && kind > 0 && input.names.agreement) {
    const joined = joining.agreement.joinNamesakes(count, joining.hardLimits[type]!)
    count = groups.select(identifier)
    conflict = judged(count)
    if (conflict !== noConflict) {
      for (const group of joined) groups.strengthen(group, kind)
      keepLinks(joining, identifier, (group) => joined.has(group), namesAgree)
    }
  }
  if (conflict !== noConflict) joining.conflicts.push({ identifier, conflict })
  else if (count > 0) groups.strengthen(groups.join(groups.selected, count), kind)
  return conflict === noConflict
}

export function keepLinks(
  { groups, agreed }: Joining,
  identifier: number,
  belongs: (group: number) => boolean,
  grounds: number,
): void {
  for (const set of groups.setsOf(identifier, belongs)) agreed.push({ set, identifier, grounds })
}
