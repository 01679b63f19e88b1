import { beginJoining, joinThrough } from '../join-sets.js'
import { byPlace } from '../link-input.js'
import type { LinkingRules } from '../rules.js'

/** Whole customers in doubt, as columns of numbers. */
export interface DoubtfulRows {
  /** Links that can join, and claims of identifiers: (group, identifier, type, 1 when it can join). */
  links: readonly Int32Array[]
  /** Claims of names and dates of birth: (group, trait, initial, 1 for a full name). */
  traits: readonly Int32Array[]
}

/** Each group with the smallest one that it is joined with, and what else joining has found. */
export interface Solved {
  groups: Int32Array
  heirs: Int32Array
  conflicts: { identifier: number; conflict: number }[]
  agreed: { group: number; identifier: number }[]
}

/**
 * Joins groups in the order of their identifiers. The answer is that of all groups at once, because joining looks at
 * nothing but the groups that an identifier touches, all of which are here, and because numbers keep their order.
 */
export function solve(rows: DoubtfulRows, { rules, names }: LinkingRules): Solved {
  const [group, identifier, type, canJoin] = rows.links as Columns
  const [traitGroup, trait, initial, fullName] = rows.traits as Columns
  const groups = numbering(group)
  const identifiers = numbering(identifier)
  const traits = numbering(trait)
  const identifierOf = identifier.map(identifiers.place)
  const traitOf = trait.map(traits.place)
  const joining = beginJoining({
    sets: groups.keys.length,
    setOf: group.map(groups.place),
    identifierOf,
    typeOf: byPlace(identifierOf, type),
    guarded: new Uint8Array(identifiers.keys.length),
    traits: {
      setOf: traitGroup.map(groups.place),
      traitOf,
      initialOf: byPlace(traitOf, initial),
      isFullName: Uint8Array.from(byPlace(traitOf, fullName)),
    },
    rules,
    names,
  })
  for (const [place, joins] of byPlace(identifierOf, canJoin).entries())
    if (joins === 1) joinThrough(joining, place)
  const keyOf = (place: number) => identifiers.keys[place]!
  return {
    groups: groups.keys,
    heirs: groups.keys.map((_, place) => groups.keys[joining.groups.find(place)]!),
    conflicts: joining.conflicts.map((found) => ({
      ...found,
      identifier: keyOf(found.identifier),
    })),
    agreed: joining.agreed.map((link) => ({
      group: groups.keys[link.set]!,
      identifier: keyOf(link.identifier),
    })),
  }
}

type Columns = [Int32Array, Int32Array, Int32Array, Int32Array]

/** Distinct numbers in order, and the place of each. */
function numbering(values: Int32Array): { keys: Int32Array; place: (value: number) => number } {
  const sorted = values.slice().sort()
  const keys = sorted.filter((value, at) => at === 0 || value !== sorted[at - 1])
  return { keys, place: (value) => placeOf(keys, value) }
}

/** By bisection: a map holds no more than 16 million keys. */
function placeOf(keys: Int32Array, value: number): number {
  let low = 0
  for (let high = keys.length - 1; low < high; ) {
    const middle = (low + high) >>> 1
    if (keys[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
