import type { Contract } from '../contract.js'
import type { Engine } from '../engines/engine.js'
import { isCut } from '../increment/changes.js'
import { detailsOf, hasKey, newRowsOf } from './row-details.js'

/*
 * What the last release says of rows that have changed since is noted as they change: of gone ones their digest, of new
 * ones that they were not there. It is kept with the tables until the next release, however many batches lie between.
 */

/** Rows that have changed since the last release, by key, as they were in it. */
export const notedTable = (table: string): string => `noted_${table}`

/** Tables that were made whole since: nobody knows which of their rows have changed. */
const unnoted = 'unnoted_tables'

/** Tables of which single rows are made again; of the others a release is compared with the files of the last one. */
export const isNoted = ({ restated, slice, isView }: Contract): boolean =>
  restated && isCut(slice) && !isView

/** Begins anew on tables that are as they were released. */
export async function beginNotes(
  engine: Engine,
  contracts: ReadonlyMap<string, Contract>,
): Promise<void> {
  await engine.createEmptyTable(unnoted, [{ name: 'table_name', type: 'string' }])
  for (const contract of [...contracts.values()].filter(isNoted))
    await engine.createTable(
      notedTable(contract.table),
      `${detailsOf(engine, contract, contract.table)} where false`,
    )
}

/** Notes rows of a table that go, and rows that come; only the first change of a key since the last release counts. */
export async function noteRows(
  engine: Engine,
  contract: Contract,
  { gone, come }: { gone: string; come: string },
): Promise<void> {
  if (!isNoted(contract)) return
  const noted = notedTable(contract.table)
  const unknown = (rows: string) =>
    `${rows} r anti join ${noted} n on ${hasKey(contract, 'r', 'n')}`
  await engine.insertInto(
    noted,
    detailsOf(engine, contract, `(select r.* from ${unknown(gone)}) as gone`),
  )
  await engine.insertInto(noted, newRowsOf(contract, `(select r.* from ${unknown(come)}) as come`))
}

/** Notes that any row of a table may have changed. */
export async function noteWhole(engine: Engine, { table }: Contract): Promise<void> {
  await engine.insertInto(unnoted, `select '${table}' as table_name`)
}

/** Whether the notes of a table hold all that has changed. */
export async function hasAllNoted(engine: Engine, contract: Contract): Promise<boolean> {
  if (!isNoted(contract)) return false
  const found = await engine.query(
    `select 1 as found from ${unnoted} where table_name = '${contract.table}' limit 1`,
  )
  return found.length === 0
}
