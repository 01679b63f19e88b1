import { type Contract, hasColumn, sliceColumn } from '../contract.js'
import { cutBy, type Increment, noteChanges } from './changes.js'

const keysTable = (table: string): string => `stale_keys_${table}`
const rowsTable = (table: string): string => `stale_${table}`

/** Holds on to the rows of a view that are about to change with what it reads; `keys` selects whose they are. */
export async function keepStaleRows(
  { engine }: Increment,
  contract: Contract,
  keys: string,
): Promise<void> {
  const { table } = contract
  await engine.createScratchTable(keysTable(table), `select distinct * from (${keys}) as keys`)
  await engine.createScratchTable(rowsTable(table), `select * from ${ofKeys(contract)}`)
}

/** Whether rows of a table change with records that are taken in, and with nothing else: then those that are about to change are known. */
export function hangsOnRecords(increment: Increment, table: string): boolean {
  const contract = increment.contracts.get(table)!
  const { kind, slice } = contract
  if (kind !== 'model')
    return kind === 'registry' || (kind === 'collect' && hasColumn(contract, sliceColumn('record')))
  const model = increment.producers.find((producer) => producer.table === table)
  if (slice !== 'record' || model === undefined || 'run' in model || model.readsTime) return false
  return model.reads.every((read) => hangsOnRecords(increment, read))
}

/** A view is up to date by itself: what is left is to note which of its rows have changed, or that any may have. */
export async function remakeView(increment: Increment, contract: Contract): Promise<void> {
  const { table } = contract
  if (!hangsOnRecords(increment, table)) {
    increment.changes.set(table, 'whole')
    return
  }
  await noteChanges(increment, contract, { before: rowsTable(table), after: ofKeys(contract) })
  await increment.engine.dropScratchTables([keysTable(table), rowsTable(table)])
}

function ofKeys(contract: Contract): string {
  const column = cutBy(contract)!
  return `${contract.table} where ${column} in (select ${column} from ${keysTable(contract.table)})`
}
