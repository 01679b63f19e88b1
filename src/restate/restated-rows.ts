import type { Contract } from '../contract.js'
import type { Engine } from '../engines/engine.js'
import { isSameKey } from '../same-key.js'
import { notedTable } from './note-rows.js'
import { areOther, detailsOf, digestsOf, hasKey, keyText, sameKey } from './row-details.js'

/** Rows of the last release that the next one changes or does not have, of all tables. */
export const restatedTable = 'restated_rows'
/** Rows that the last release did not have, of tables of which it counts. */
export const addedTable = 'added_rows'

const scratchOf = (table: string) => ({
  published: `published_${table}`,
  differing: `differing_${table}`,
})

/** Of the rows that have changed since the last release, those that are still others than they were. */
export async function findNoted(engine: Engine, contract: Contract): Promise<void> {
  const noted = notedTable(contract.table)
  const now = `(select t.* from ${contract.table} t semi join ${noted} n on ${hasKey(contract, 't', 'n')}) as now`
  await addRestated(engine, contract, {
    before: `(select * from ${noted} where row_digest is not null)`,
    after: detailsOf(engine, contract, now),
  })
  await addNew(
    engine,
    contract,
    `select n.* from ${noted} n semi join ${contract.table} t on ${hasKey(contract, 't', 'n')}
    where n.row_digest is null`,
  )
}

/** Compares with the files of the last release, keys and digests of all rows first: whatever else has to be known, few rows need it. */
export async function findInFiles(
  engine: Engine,
  contract: Contract,
  files: readonly string[],
): Promise<void> {
  const { table } = contract
  const { published, differing } = scratchOf(table)
  await engine.createParquetTable(published, files)
  await findDiffering(engine, contract)
  await addRestated(engine, contract, {
    before: `(${detailsOf(engine, contract, part(contract, published, differing))})`,
    after: detailsOf(engine, contract, part(contract, table, differing)),
  })
  await addNew(
    engine,
    contract,
    `${digestsOf(engine, contract, `(select * from ${table}) as t`)}
    where not exists (select 1 from ${published} p where ${isSameKey(contract, 'p', 't')})`,
  )
  await engine.dropScratchTables([differing])
  await engine.drop('view', published)
}

/** Keys of published rows whose digest is another one by now. */
function findDiffering(engine: Engine, contract: Contract): Promise<void> {
  const { table } = contract
  const { published, differing } = scratchOf(table)
  return engine.createScratchTable(
    differing,
    `select b.* from (${digestsOf(engine, contract, published)}) b
    anti join (${digestsOf(engine, contract, table)}) a
    on ${sameKey(contract, 'b', 'a')} and b.row_digest = a.row_digest`,
  )
}

/** The rows of a table that have the keys of a relation with compared keys. */
const part = (contract: Contract, whole: string, keys: string): string =>
  `(select t.* from ${whole} t semi join ${keys} d on ${hasKey(contract, 't', 'd')}) as part`

/** Both relations have details; rows that are the same in both are none. */
async function addRestated(
  engine: Engine,
  contract: Contract,
  { before, after }: { before: string; after: string },
): Promise<void> {
  const isCorrected =
    contract.recorded.length === 0
      ? 'cast(null as boolean)'
      : 'a.row_digest is not null and a.recorded_digest <> b.recorded_digest'
  await engine.insertInto(
    restatedTable,
    `select '${contract.table}' as table_name, ${keyText(contract, 'b')} as row_key,
      case when a.row_digest is null then 'withdrawn' else 'changed' end as change,
      b.customer_id, a.customer_id as next_customer_id, b.was_unsettled, ${isCorrected} as is_corrected,
      1 as row_count
    from ${before} b left join (${after}) a on ${sameKey(contract, 'b', 'a')}
    where a.row_digest is null or ${areOther(contract, 'b', 'a')}`,
  )
}

async function addNew(engine: Engine, contract: Contract, rows: string): Promise<void> {
  if (contract.recorded.length === 0) return
  await engine.insertInto(
    addedTable,
    `select '${contract.table}' as table_name, ${keyText(contract, 'r')} as row_key from (${rows}) r`,
  )
}

/** Says of a table that nobody can tell which of its rows differ from those of the last release. */
export const addUnknown = (
  engine: Engine,
  { table }: Contract,
  rowsBefore: number,
): Promise<void> =>
  engine.insertInto(
    restatedTable,
    `select '${table}' as table_name, '*' as row_key, 'unknown' as change, null as customer_id,
      null as next_customer_id, false as was_unsettled, null as is_corrected, ${rowsBefore} as row_count`,
  )
