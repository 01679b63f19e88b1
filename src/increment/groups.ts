import { type Contract, hasColumn } from '../contract.js'
import { findTouchedGroups, touchedGroups } from '../identity/touched-groups.js'
import type { Model } from '../models.js'
import { changedKeys, type Increment } from './changes.js'
import { inSlice } from './in-slice.js'

const column = 'identifier_set_id'

/** Whether tables of groups hold the touched groups alone; undecided until the first of them is made. */
export interface Groups {
  areTouchedAlone?: boolean
}

/** The identifier sets of the touched groups. */
export const setsOfTouchedGroups = `select ${column} from ${touchedGroups}`

/**
 * Between releases, tables of groups are made of the touched groups alone, and tables of identifier sets take their rows
 * over; a release makes all. Decided at the first of them, by what has changed until then.
 */
export async function areTouchedAlone(increment: Increment): Promise<boolean> {
  const { groups, purpose } = increment
  groups.areTouchedAlone ??= purpose === 'batch' && (await areFew(increment))
  return groups.areTouchedAlone
}

async function areFew(increment: Increment): Promise<boolean> {
  const changed = changedSets(increment)
  // The history of a release that these tables know nothing of may say anything.
  const isKnown = changed.every(
    ({ table, kind }) => increment.changes.get(table) === 'rows' && kind !== 'run',
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

/** Whether tables of groups have to follow in a batch: what they hold otherwise may be another batch's. */
export const haveSetsChanged = (increment: Increment): boolean => changedSets(increment).length > 0

/** Makes a table of the touched groups. */
export async function remakeTouched(increment: Increment, model: Model): Promise<void> {
  const ofTouched = (input: Contract) =>
    hasColumn(input, column) && input.slice !== 'group' && input.kind !== 'run'
      ? `${column} in (${setsOfTouchedGroups})`
      : undefined
  const { table, select } = model
  await inSlice(increment, model, ofTouched, () => increment.engine.createTable(table, select))
  increment.changes.set(table, 'whole')
}
