import { type Contract, hasColumn } from '../contract.js'
import type { Model } from '../models.js'
import type { Producer } from '../producers.js'
import { changedKeys, changeOf, cutBy, type Increment } from './changes.js'
import { haveSetsChanged, keysOfTouchedGroups } from './groups.js'

/** What of a table may differ: nothing, the rows of the keys that a SELECT returns, or anything. */
export type Touched = 'nothing' | 'anything' | { keys: string }

/** What of a model's table the changes of its inputs, and the passing of time, may have changed. */
export function touchedOf(increment: Increment, model: Model, contract: Contract): Touched {
  const column = cutBy(contract)
  if (column === undefined) return isStale(increment, model) ? 'anything' : 'nothing'
  if (increment.overdue.has(model.table)) return 'anything'
  const parts = [
    ...model.reads.map((table) => touchedThrough(increment, table, column)),
    touchedByTime(increment, model, contract, column),
  ]
  if (parts.includes('anything')) return 'anything'
  const keys = parts.filter((part) => typeof part === 'object').map((part) => part.keys)
  return keys.length === 0 ? 'nothing' : { keys: keys.join(' union all ') }
}

/** Whether any input of a producer has changed, or time has where it counts. */
export const isStale = (increment: Increment, producer: Producer | Model): boolean =>
  (isOfGroups(increment, producer) && haveSetsChanged(increment)) ||
  increment.overdue.has(producer.table) ||
  producer.reads.some((table) => changeOf(increment, table) !== 'none') ||
  ('readsTime' in producer && producer.readsTime && increment.time !== 'same')

const isOfGroups = ({ contracts }: Increment, { table }: Producer | Model): boolean =>
  contracts.get(table)!.slice === 'group'

function touchedThrough(increment: Increment, table: string, column: string): Touched {
  const change = changeOf(increment, table)
  if (change === 'none' || change === 'values') return 'nothing'
  const contract = increment.contracts.get(table)!
  const ofGroups = keysOfTouchedGroups[column]
  if (contract.slice === 'group' && increment.groups.areTouchedAlone && ofGroups)
    return { keys: ofGroups }
  if (change === 'whole') return 'anything'
  if (hasColumn(contract, column)) return { keys: `select ${column} from ${changedKeys(table)}` }
  if (!reachesCustomers(contract, column)) return 'anything'
  return {
    keys: `select m.customer_id from identity_sets m
      join ${changedKeys(table)} c on c.identifier_set_id = m.identifier_set_id`,
  }
}

/** Rows of an identifier set are the customer's whose set it is. */
const reachesCustomers = (contract: Contract, column: string): boolean =>
  column === 'customer_id' && hasColumn(contract, 'identifier_set_id')

function touchedByTime(
  { time }: Increment,
  { table, readsTime }: Model,
  { unsettled, dueWhen }: Contract,
  column: string,
): Touched {
  if (!readsTime || time === 'same') return 'nothing'
  if (time === 'earlier' || dueWhen === undefined) return 'anything'
  return { keys: `select ${column} from ${table} where ${unsettled ?? 'true'} and (${dueWhen})` }
}

/** Condition on the rows of an input that belong to the touched keys; none where it has to be seen whole. */
export function sliceCondition(
  contract: Contract,
  column: string,
  keys: string,
): string | undefined {
  if (hasColumn(contract, column)) return `${column} in (select ${column} from ${keys})`
  if (!reachesCustomers(contract, column)) return undefined
  return `identifier_set_id in (select identifier_set_id from identity_sets
    where customer_id in (select customer_id from ${keys}))`
}
