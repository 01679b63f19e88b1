import type { Contract } from '../contract.js'
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

/** A view is up to date by itself: what is left is to note which of its rows have changed. */
export async function remakeView(increment: Increment, contract: Contract): Promise<void> {
  const { table } = contract
  await noteChanges(increment, contract, { before: rowsTable(table), after: ofKeys(contract) })
  await increment.engine.dropScratchTables([keysTable(table), rowsTable(table)])
}

function ofKeys(contract: Contract): string {
  const column = cutBy(contract)!
  return `${contract.table} where ${column} in (select ${column} from ${keysTable(contract.table)})`
}
