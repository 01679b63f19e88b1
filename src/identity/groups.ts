import type { Adjacency } from './adjacency.js'
import type { Claims } from './claims.js'
import { createDisjointSets } from './disjoint-sets.js'
import { kinds } from './rules.js'

/** Customers in the making: groups of sets, what they claim and the strongest kind that holds them together. */
export interface Groups {
  /** The groups of the last `select`, in the first places. */
  readonly selected: Int32Array
  find(set: number): number
  /** Selects the distinct groups that an identifier touches and returns how many they are. */
  select(identifier: number): number
  /** Keeps those of the selected groups that pass and returns how many they are. */
  keep(count: number, passes: (group: number) => boolean): number
  /** Joins distinct groups with their claims; returns the one that stands for them. */
  join(members: Int32Array, count: number): number
  /** Notes that an identifier of a kind (its place in `kinds`) holds a group together. */
  strengthen(group: number, kind: number): void
  /** Place in `kinds` of the strongest identifier of a group; `kinds.length` when it has none. */
  strongest(group: number): number
  /** Sets of an identifier whose group passes. */
  setsOf(identifier: number, passes: (group: number) => boolean): number[]
}

export function createGroups(adjacency: Adjacency, sets: number, claims: Claims): Groups {
  const { offsets, values } = adjacency
  const disjoint = createDisjointSets(sets)
  const strongest = new Uint8Array(sets).fill(kinds.length)
  const selected = new Int32Array(sets)
  const seenIn = new Int32Array(sets)
  let round = 0
  const strengthen = (group: number, kind: number): void => {
    if (kind < strongest[group]!) strongest[group] = kind
  }
  return {
    selected,
    find: disjoint.find,
    strengthen,
    strongest: (group) => strongest[group]!,
    select(identifier) {
      let count = 0
      round += 1
      for (let at = offsets[identifier]!; at < offsets[identifier + 1]!; at++) {
        const group = disjoint.find(values[at]!)
        if (seenIn[group] === round) continue
        seenIn[group] = round
        selected[count++] = group
      }
      return count
    },
    keep(count, passes) {
      let kept = 0
      for (let place = 0; place < count; place++) {
        if (passes(selected[place]!)) selected[kept++] = selected[place]!
      }
      return kept
    },
    join(members, count) {
      let heir = members[0]!
      let kind = strongest[heir]!
      let claimants = claims.isEmpty(heir) ? 0 : 1
      for (let place = 1; place < count; place++) {
        const member = members[place]!
        if (strongest[member]! < kind) kind = strongest[member]!
        if (!claims.isEmpty(member)) claimants += 1
        heir = disjoint.join(heir, member)
      }
      strongest[heir] = kind
      if (claimants > 0 && count > 1) claims.gather(members, count, heir)
      return heir
    },
    setsOf(identifier, passes) {
      const found: number[] = []
      for (let at = offsets[identifier]!; at < offsets[identifier + 1]!; at++) {
        if (passes(disjoint.find(values[at]!))) found.push(values[at]!)
      }
      return found
    },
  }
}
