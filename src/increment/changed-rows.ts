import type { Contract } from '../contract.js'
import { changedKeys, changeOf, type Increment, keysOf } from './changes.js'

/**
 * Relation of the rows of a table that the increment may have changed; undefined if any row may have. Rows that the last
 * release has passed need no second check; batches since then were not checked.
 */
export function changedRows(increment: Increment, contract: Contract): string | undefined {
  if (increment.overdue.size > 0) return undefined
  const { table } = contract
  const change = changeOf(increment, table)
  if (change === 'none') return `(select * from ${table} where false)`
  const [key] = keysOf(contract)
  if (change === 'whole' || key === undefined) return undefined
  return `(select * from ${table} where ${key} in (select ${key} from ${changedKeys(table)}))`
}
