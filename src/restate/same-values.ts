import { type Contract, columnsOf } from '../contract.js'

/** By what part of themselves doubles may differ that are the same: engines add up in orders of their own. */
const tolerance = '1e-9'

export const doublesOf = (contract: Contract): string[] =>
  columnsOf(contract)
    .filter(({ type }) => type === 'double')
    .map(({ name }) => name)

export const hasDoubles = (contract: Contract): boolean => doublesOf(contract).length > 0

/** Whether two rows of a table, of relations of these aliases, say the same in all columns. */
export const sameValues = (contract: Contract, one: string, other: string): string =>
  columnsOf(contract)
    .map(({ name, type }) => {
      const sameValue = type === 'double' ? sameDouble : isNotDistinct
      return sameValue(`${one}.${name}`, `${other}.${name}`)
    })
    .join(' and ')

const isNotDistinct = (one: string, other: string): string => `${one} is not distinct from ${other}`

export function sameDouble(one: string, other: string): string {
  const isSame = isNotDistinct(one, other)
  const largest = `greatest(abs(${one}), abs(${other}))`
  // Infinity, and NaN, which comes after it, are as near to any number as to themselves.
  const areFinite = `${largest} < cast('Infinity' as double)`
  return `(${isSame} or coalesce(${areFinite} and abs(${one} - ${other}) <= ${tolerance} * ${largest}, false))`
}
