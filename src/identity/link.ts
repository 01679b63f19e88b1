import { groupByKey } from './adjacency.js'
import { createNameAgreement, type NameAgreement } from './by-name.js'
import { claimCodes, claimsOf } from './claim-codes.js'
import { createJudge, type Judge, noConflict } from './conflicts.js'
import { createGroups, type Groups } from './groups.js'
import { kinds, limitsThrough, type NameRules, type TypeRule } from './rules.js'

/** Names and dates of birth of sets; row by row, and by trait. */
export interface Traits {
  setOf: Int32Array
  traitOf: Int32Array
  /** Initial of the first name by trait; -1 for a date of birth. */
  initialOf: Int32Array
  /** 1 by trait when it is a first and a last name. */
  isFullName: Uint8Array
}

export interface LinkInput {
  sets: number
  /** Links that are not refused outright, row by row. */
  setOf: Int32Array
  identifierOf: Int32Array
  /** Type by identifier; identifiers are numbered in linking order. */
  typeOf: Int32Array
  /** 1 by identifier when a guard lets it link nobody. */
  guarded: Uint8Array
  rules: readonly TypeRule[]
  traits: Traits
  names: NameRules
}

export interface Linked {
  /** Smallest set of the customer, by set. */
  component: Int32Array
  /** Shared identifier that alone holds an anonymous customer together, by set; -1 = none. */
  scope: Int32Array
  /** Identifiers whose customers cannot be one, and the type of the conflict. */
  conflicts: { identifier: number; conflict: number }[]
  /** Links that hold although their identifier is shared. */
  agreed: { set: number; identifier: number; grounds: number }[]
}

/** Grounds of a link through a shared identifier. */
const namesAgree = 1
const nothingElseKnown = 2

interface Linker {
  input: LinkInput
  groups: Groups
  judge: Judge
  agreement: NameAgreement
  /** By type of the linking identifier. */
  limits: Int32Array[]
  hardLimits: Int32Array[]
  conflicts: Linked['conflicts']
  agreed: Linked['agreed']
}

/**
 * Joins sets that share identifiers, strongest identifiers first, unless the joined customer would break a limit
 * (union-find under constraints). Numbers follow the sorted text of identifiers, so the result depends on the links alone.
 */
export function linkSets(input: LinkInput): Linked {
  const linker = createLinker(input)
  const shared: number[] = []
  for (let identifier = 0; identifier < input.typeOf.length; identifier++) {
    if (input.guarded[identifier] === 1 || !link(linker, identifier)) shared.push(identifier)
  }
  const scopeOf = new Map<number, number>()
  for (const identifier of shared) gatherAnonymous(linker, identifier, scopeOf)
  return {
    ...labels(input.sets, linker.groups, scopeOf),
    conflicts: linker.conflicts,
    agreed: linker.agreed,
  }
}

function createLinker(input: LinkInput): Linker {
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
function link(linker: Linker, identifier: number): boolean {
  const { groups, judge, input } = linker
  const type = input.typeOf[identifier]!
  const kind = kinds.indexOf(input.rules[type]!.kind)
  const judged = (count: number): number =>
    count < 2
      ? noConflict
      : judge.conflictAmong(groups.selected, count, linker.limits[type]!, kind === 0)
  let count = groups.select(identifier)
  let conflict = judged(count)
  if (conflict !== noConflict && kind > 0 && input.names.agreement) {
    const joined = linker.agreement.joinNamesakes(count, linker.hardLimits[type]!)
    count = groups.select(identifier)
    conflict = judged(count)
    if (conflict !== noConflict) {
      for (const group of joined) groups.strengthen(group, kind)
      keepLinks(linker, identifier, (group) => joined.has(group), namesAgree)
    }
  }
  if (conflict !== noConflict) linker.conflicts.push({ identifier, conflict })
  else if (count > 0) groups.strengthen(groups.join(groups.selected, count), kind)
  return conflict === noConflict
}

function keepLinks(
  { groups, agreed }: Linker,
  identifier: number,
  belongs: (group: number) => boolean,
  grounds: number,
): void {
  for (const set of groups.setsOf(identifier, belongs)) agreed.push({ set, identifier, grounds })
}

const momentKind = kinds.indexOf('moment')

/**
 * Records of a shared identifier of which nothing lasting is known otherwise (a family's tablet, a kiosk) are nobody's to
 * guess: they become one anonymous customer of that identifier.
 */
function gatherAnonymous(linker: Linker, identifier: number, scopeOf: Map<number, number>): void {
  const { groups } = linker
  const anonymous = groups.keep(
    groups.select(identifier),
    (group) => groups.strongest(group) >= momentKind && !scopeOf.has(group),
  )
  if (anonymous === 0) return
  const heir = groups.join(groups.selected, anonymous)
  scopeOf.set(heir, identifier)
  keepLinks(linker, identifier, (group) => group === heir, nothingElseKnown)
}

function labels(
  sets: number,
  groups: Groups,
  scopeOf: ReadonlyMap<number, number>,
): Pick<Linked, 'component' | 'scope'> {
  const component = new Int32Array(sets)
  const scope = new Int32Array(sets)
  for (let set = 0; set < sets; set++) {
    component[set] = groups.find(set)
    scope[set] = scopeOf.size === 0 ? -1 : (scopeOf.get(component[set]!) ?? -1)
  }
  return { component, scope }
}
