import { type CollectContext, readObjects } from '../collect/collect.js'
import { columnsOf } from '../contract.js'
import type { EmbeddedEngine } from '../engines/engine.js'
import { changedKeys, changeOf, cutBy, type Increment, keysOf, noteChanges } from './changes.js'
import { rowsTaken } from './figures.js'
import type { ObjectChanges } from './object-changes.js'
import { hangsOnRecords, keepStaleRows } from './remake-view.js'

const filled = ['records', 'ad_spend_records', 'row_problems'] as const
const taken = [...filled, 'object_reads'] as const
/** Objects whose rows are to go. */
export const withdrawn = 'withdrawn_objects'
/** What was read and is not taken in yet. */
export const newRows = (table: string): string => `new_${table}`

/** Reads new and rewritten objects beside what is kept, which does not change yet; returns what they held. */
export async function readNewObjects(
  context: CollectContext & { engine: EmbeddedEngine },
  changes: ObjectChanges,
): ReturnType<typeof rowsTaken> {
  const { engine, contracts } = context
  const columns = (table: string) => columnsOf(contracts.get(table)!)
  for (const table of filled) await engine.createEmptyScratchTable(table, columns(table))
  const { reads } = await readObjects(context, changes.toRead)
  for (const table of filled) await engine.renameScratchTable(table, newRows(table))
  await engine.writeScratchRows(newRows('object_reads'), columns('object_reads'), reads)
  await engine.writeScratchRows(
    withdrawn,
    [{ name: 'object_id', type: 'string' }],
    changes.withdrawn.map((objectId) => ({ object_id: objectId })),
  )
  return rowsTaken(engine, newRows)
}

/** Puts what was read in the place of what is withdrawn, and notes which rows that changes. */
export async function takeInObjects(increment: Increment): Promise<void> {
  const { engine, contracts } = increment
  const isWithdrawn = `object_id in (select object_id from ${withdrawn})`
  for (const table of taken) {
    await noteChanges(increment, contracts.get(table)!, {
      before: `${table} where ${isWithdrawn}`,
      after: newRows(table),
    })
  }
  await keepStaleViews(increment)
  for (const table of taken) {
    await engine.execute(`delete from ${table} where ${isWithdrawn}`)
    await engine.insertInto(table, `select * from ${newRows(table)}`)
  }
  await engine.dropScratchTables([...taken.map(newRows), withdrawn])
}

async function keepStaleViews(increment: Increment): Promise<void> {
  const { contracts } = increment
  const views = [...contracts.values()].filter(({ isView }) => isView)
  for (const contract of views.filter(({ table }) => hangsOnRecords(increment, table))) {
    const column = cutBy(contract)!
    const keys = taken
      .filter((table) => changeOf(increment, table) === 'rows')
      .filter((table) => keysOf(contracts.get(table)!).includes(column))
      .map((table) => `select ${column} from ${changedKeys(table)}`)
    if (keys.length === 0) keys.push(`select ${column} from ${contract.table} where false`)
    await keepStaleRows(increment, contract, keys.join(' union all '))
  }
}
