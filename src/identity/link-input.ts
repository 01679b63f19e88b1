import type { LinkingRules } from './rules.js'

/** Names and dates of birth of sets; row by row, and by trait. */
export interface Traits {
  setOf: Int32Array
  traitOf: Int32Array
  /** Initial of the first name by trait; -1 for a date of birth. */
  initialOf: Int32Array
  /** 1 by trait when it is a first and a last name. */
  isFullName: Uint8Array
}

export interface LinkInput extends LinkingRules {
  sets: number
  /** Links that are not refused outright, row by row. */
  setOf: Int32Array
  identifierOf: Int32Array
  /** Type by identifier; identifiers are numbered in linking order. */
  typeOf: Int32Array
  /** 1 by identifier when a guard lets it link nobody. */
  guarded: Uint8Array
  traits: Traits
}

/** Values at their places, which run from 0 without a gap and may repeat. */
export function byPlace(places: Int32Array, values: Int32Array): Int32Array {
  const length = places.reduce((most, place) => Math.max(most, place), -1) + 1
  const placed = new Int32Array(length)
  for (let row = 0; row < places.length; row++) placed[places[row]!] = values[row]!
  return placed
}
