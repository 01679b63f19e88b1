import { collectedTables } from '../collect/collect.js'
import type { Intake } from '../collect/source-file.js'
import { sourceFunctions } from '../config.js'
import { columnsOf } from '../contract.js'
import type { Row } from '../engines/engine.js'
import type { SparkSession } from '../engines/spark/connect/session.js'
import { defineSettings } from '../engines/spark/prepare.js'
import { rowsSelect } from '../engines/spark/rows-select.js'
import { type Collected, collectedBySource } from './collect-files.js'
import { contracts, withEngine } from './engine.js'
import { intakeOnSpark } from './intake-on-spark.js'
import { type SourceCase, sourceNameOf } from './source-cases.js'

const objectId = 'object'
const loadedAt = new Date().toISOString().replace('T', ' ').replace('Z', '')
const rawColumns = [
  { name: 'object_id', type: 'string' },
  { name: 'row_number', type: 'bigint' },
  { name: 'loaded_at', type: 'timestamp' },
  { name: 'payload', type: 'string' },
]

/** Runs the case at this place: Spark makes the records, the ledger is that of the embedded engine. */
export async function collectCaseOnSpark(
  session: SparkSession,
  sourceCase: SourceCase,
  index: number,
): Promise<Collected> {
  const name = sourceNameOf(sourceCase.preset, index)
  await defineSettings(session, sourceFunctions(name, sourceCase.source ?? {}))
  const { table, rows } = await recordsOf(session, sourceCase)
  return withEngine({}, async (engine) => {
    for (const collected of collectedTables)
      await engine.createEmptyTable(collected, columnsOf(contracts.get(collected)!))
    const write = (target: string, written: readonly Row[]) =>
      engine.writeRows(target, columnsOf(contracts.get(target)!), written)
    await write(table, rows)
    await write('object_reads', [readOf(name, sourceCase.given.length)])
    await write('row_problems', unmapped(sourceCase.given.length, rows))
    return (await collectedBySource(engine, [name])).get(name)!
  })
}

async function recordsOf(
  session: SparkSession,
  { preset, given, source }: SourceCase,
): Promise<{ table: Intake['records']; rows: Row[] }> {
  const raw = given.map((record, row) => ({
    object_id: objectId,
    row_number: row + 1,
    loaded_at: loadedAt,
    payload: JSON.stringify(renamed(record, source?.columns ?? {})),
  }))
  const { table, select } = await intakeOnSpark(session, preset, rowsSelect(rawColumns, raw))
  return { table, rows: await session.rows(select, { name: table }) }
}

/** A record whose fields have the names that the config gives them. */
function renamed(
  record: Readonly<Record<string, unknown>>,
  columns: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const names = new Map(Object.entries(columns).map(([canonical, given]) => [given, canonical]))
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [names.get(key) ?? key, value]),
  )
}

const readOf = (source: string, rows: number): Row => ({
  ...{ object_id: objectId, source, object_key: source, etag: '', bytes: 0, status: 'read' },
  rows_read: rows,
})

/** Rows of which the source file made nothing. */
function unmapped(count: number, records: readonly Row[]): Row[] {
  const mapped = new Set(records.map((record) => Number(record.row_number)))
  return Array.from({ length: count }, (_, row) => row + 1)
    .filter((row) => !mapped.has(row))
    .map((row) => ({ object_id: objectId, row_number: row, reason: 'not_mapped' }))
}
