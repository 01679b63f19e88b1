import { type Contract, columnsOf } from '../contract.js'

/** By what part of themselves doubles may differ that are the same: engines add up in orders of their own. */
const tolerance = '1e-9'

/** Columns of a table whose values are doubles. */
export const doublesOf = (contract: Contract): string[] =>
  columnsOf(contract)
    .filter(({ type }) => type === 'double')
    .map(({ name }) => name)

/** Whether two doubles are the same, as SQL. */
export function sameDouble(one: string, other: string): string {
  const isSame = `${one} is not distinct from ${other}`
  const largest = `greatest(abs(${one}), abs(${other}))`
  // Infinity, and NaN, which comes after it, are as near to any number as to themselves.
  const areFinite = `${largest} < cast('Infinity' as double)`
  return `(${isSame} or coalesce(${areFinite} and abs(${one} - ${other}) <= ${tolerance} * ${largest}, false))`
}
