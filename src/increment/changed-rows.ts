import type { Changed } from '../checks.js'
import type { Contract } from '../contract.js'
import { changedKeys, changeOf, type Increment, keysOf } from './changes.js'

/** The rows of a table that the increment may have changed. Rows that the last release has passed need no second check; batches since then were not checked. */
export function changedRows(increment: Increment, contract: Contract): Changed {
  if (increment.overdue.size > 0) return 'all'
  const { table } = contract
  const change = changeOf(increment, table)
  if (change === 'none' || change === 'values') return 'none'
  const [key] = keysOf(contract)
  if (change === 'whole' || key === undefined) return 'all'
  return {
    rows: `(select * from ${table} where ${key} in (select ${key} from ${changedKeys(table)}))`,
  }
}
