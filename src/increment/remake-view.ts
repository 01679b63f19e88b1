import { type Contract, hasColumn, sliceColumn } from '../contract.js'
import type { Model } from '../models.js'
import { changeOf, cutBy, type Increment, noteChanges } from './changes.js'
import { inSlice } from './in-slice.js'

const keysTable = (table: string): string => `stale_keys_${table}`
const staleTable = (table: string): string => `stale_${table}`
/** Rows of a view that have come or may have changed, until the update is done: models that ask for these alone need not look for them. */
const freshTable = (table: string): string => `fresh_${table}`

/** Holds on to the rows of a view that are about to change with what it reads; `keys` selects whose they are. */
export async function keepStaleRows(
  increment: Increment,
  contract: Contract,
  keys: string,
): Promise<void> {
  const { table } = contract
  await increment.engine.createScratchTable(
    keysTable(table),
    `select distinct * from (${keys}) as keys`,
  )
  await createRows(increment, contract, staleTable(table))
}

/** Whether rows of a table change with records that are taken in, and with nothing else: then those that are about to change are known. */
export function hangsOnRecords(increment: Increment, table: string): boolean {
  const contract = increment.contracts.get(table)!
  const { kind, slice } = contract
  if (kind !== 'model')
    return kind === 'registry' || (kind === 'collect' && hasColumn(contract, sliceColumn('record')))
  const model = modelOf(increment, table)
  if (slice !== 'record' || model === undefined || model.readsTime) return false
  return model.reads.every((read) => hangsOnRecords(increment, read))
}

function modelOf({ producers }: Increment, table: string): Model | undefined {
  const producer = producers.find((one) => one.table === table)
  return producer && 'select' in producer ? producer : undefined
}

/** A view is up to date by itself: what is left is to note which of its rows have changed, or that any may have. */
export async function remakeView(increment: Increment, contract: Contract): Promise<void> {
  const { table } = contract
  if (!hangsOnRecords(increment, table)) {
    increment.changes.set(table, 'whole')
    return
  }
  const [stale, fresh] = [staleTable(table), freshTable(table)]
  await createRows(increment, contract, fresh)
  await noteChanges(increment, contract, { before: stale, after: fresh })
}

/** Makes a table of the rows of a view whose keys are held on to. */
function createRows(increment: Increment, contract: Contract, rows: string): Promise<void> {
  const { engine } = increment
  const { table } = contract
  const column = cutBy(contract)!
  const keys = keysTable(table)
  const model = modelOf(increment, table)!
  const fromFirst = (input: Contract) =>
    input.kind === 'collect' && hasColumn(input, column)
      ? engine.fromFirst(input.table, column, keys)
      : undefined
  return inSlice(increment, model, fromFirst, () =>
    engine.createScratchTable(
      rows,
      `select made.* from (${model.select}\n) as made where ${column} in (select ${column} from ${keys})`,
    ),
  )
}

/** Lets go of what was held of views. */
export const dropHeldRows = ({ engine, contracts }: Increment): Promise<void> =>
  engine.dropScratchTables(
    [...contracts.values()]
      .filter(({ isView }) => isView)
      .flatMap(({ table }) => [keysTable(table), staleTable(table), freshTable(table)]),
  )

/** Relations that hold all rows of views which have the keys of changed ones, by view. */
export function freshRowsOfViews(increment: Increment): Record<string, string> {
  const views = [...increment.contracts.values()].filter(({ isView }) => isView)
  return Object.fromEntries(
    views
      .filter(({ table }) => changeOf(increment, table) === 'rows')
      .map(({ table }) => [table, freshTable(table)]),
  )
}
