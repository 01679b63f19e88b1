import { type Contract, hasColumn } from '../contract.js'
import { customersOfGroups, findTouchedGroups, touchedGroups } from '../identity/touched-groups.js'
import type { Model } from '../models.js'
import { changedKeys, type Increment } from './changes.js'
import { previousHistory } from './give-previous.js'
import { inSlice } from './in-slice.js'

const column = 'identifier_set_id'

/** Whether tables of groups hold the touched groups alone; undecided until the first of them is made. */
export interface Groups {
  areTouchedAlone?: boolean
  /** Ends when it is decided; models that begin together wait for one decision. */
  deciding?: Promise<boolean>
}

/** What of a table has to follow when tables of groups hold the touched groups alone, if it can be said in its column. */
export const keysOfTouchedGroups: Readonly<Record<string, string>> = {
  [column]: `select ${column} from ${touchedGroups}`,
  customer_id: `select customer_id from ${customersOfGroups} union all select customer_id from component_customers`,
}

/**
 * Tables of groups are made of the touched groups alone, and tables of identifier sets and customers take their rows over;
 * all groups are made where earlier batches have left tables to this release, where it shows one of them, or where the
 * touched ones are many. Decided at the first of them, by what has changed until then.
 */
export async function areTouchedAlone(increment: Increment): Promise<boolean> {
  const { groups } = increment
  groups.deciding ??= decided(increment)
  groups.areTouchedAlone = await groups.deciding
  return groups.areTouchedAlone
}

const decided = async (increment: Increment): Promise<boolean> =>
  increment.overdue.size === 0 &&
  !areShown(increment) &&
  !areReadAnew(increment) &&
  (await areFew(increment))

/** Whether a release shows a table of groups, as a project of one's own may have it: whole, then. */
const areShown = ({ purpose, contracts }: Increment): boolean =>
  purpose === 'release' &&
  [...contracts.values()].some(({ slice, published }) => slice === 'group' && published)

/** Whether a model that is made anew reads a table of groups: whole, then. */
const areReadAnew = ({ anew, producers, contracts }: Increment): boolean =>
  producers.some(
    ({ table, reads }) =>
      anew.has(table) && reads.some((read) => contracts.get(read)!.slice === 'group'),
  )

/** Whether a model sees, of some input, the touched groups alone: then it cannot make its table whole. */
export const seesTouchedAlone = ({ groups, contracts }: Increment, { reads }: Model): boolean =>
  groups.areTouchedAlone === true && reads.some((table) => contracts.get(table)!.slice === 'group')

async function areFew(increment: Increment): Promise<boolean> {
  // What reads the time is made whole then.
  if (increment.time === 'earlier') return false
  const changed = changedSets(increment)
  // The history of a release that these tables know nothing of may say anything.
  const isKnown = changed.every(
    ({ table }) => increment.changes.get(table) === 'rows' && table !== previousHistory,
  )
  if (!isKnown) return false
  const keys = changed.map(({ table }) => `select ${column} from ${changedKeys(table)}`)
  return findTouchedGroups(increment.engine, keys.join(' union all '))
}

/** Changed tables that tell whose rows have changed. */
const changedSets = ({ changes, contracts }: Increment): Contract[] =>
  [...changes]
    .filter(([, change]) => change !== 'none')
    .map(([table]) => contracts.get(table)!)
    .filter((contract) => contract.slice !== 'group' && hasColumn(contract, column))

/** Whether tables of groups have to follow: what they hold otherwise may be another increment's. */
export const haveSetsChanged = (increment: Increment): boolean => changedSets(increment).length > 0

/** Makes a table of the touched groups. */
export async function remakeTouched(increment: Increment, model: Model): Promise<void> {
  const ofTouched = (input: Contract) =>
    hasColumn(input, column) && input.slice !== 'group' && input.kind !== 'run'
      ? `${column} in (${keysOfTouchedGroups[column]})`
      : undefined
  const { table, select } = model
  await inSlice(increment, model, ofTouched, () => increment.engine.createTable(table, select))
  increment.changes.set(table, 'whole')
}
