import type { LandedFile, OpenedRaw, RawRows } from '../engine.js'
import type { SparkSession } from './connect/session.js'
import { describeSelect } from './describe.js'
import { backQuoted, sparkUrlOf } from './places.js'
import { type RawShape, rawStatements } from './raw-select.js'
import type { Statements } from './statements.js'
import type { Tables } from './tables.js'
import { collectDialect } from './vocabulary.js'

interface Reading {
  session: SparkSession
  statements: Statements
  tables: Tables
}

/** Where records of the objects at hand are kept while a source is read: they are read from their objects once. */
const read = 'raw_read'

/** Makes `raw` of objects of one shape. */
export async function openRaw(
  { session, statements, tables }: Reading,
  files: readonly LandedFile[],
  select: string,
): Promise<OpenedRaw> {
  await session.configure(collectDialect)
  const objects = files.map(({ path, objectId, loadedAt }) => ({
    url: sparkUrlOf(path),
    objectId,
    loadedAt,
  }))
  for (const statement of rawStatements(await shapeOf(session, files[0]!), objects))
    await statements.execute('raw', statement)
  await tables.create(read, 'select * from raw_rows')
  await tables.createView(
    'raw',
    `select object_id, row_number, loaded_at, payload from ${read} where reason is null`,
  )
  return { objects: await rowsByObject(statements, files), select }
}

/** The views stay until the next objects, or the end of the session, take their place. */
export const closeRaw = ({ session }: Pick<Reading, 'session'>): Promise<void> =>
  session.configure({ 'spark.sql.constraintPropagation.enabled': 'true' })

async function shapeOf(
  session: SparkSession,
  { format, path, keys = [], delimiter }: LandedFile,
): Promise<RawShape> {
  if (format === 'ndjson') return { format }
  if (format === 'csv') return { format, keys, ...(delimiter ? { delimiter } : {}) }
  const columns = await describeSelect(session, allOf(path))
  return { format, columns: columns.map((column, index) => ({ ...column, key: keys[index]! })) }
}

/** The SELECT of a Parquet object whole. */
export const allOf = (path: string): string =>
  `select * from parquet.${backQuoted(sparkUrlOf(path))}`

async function rowsByObject(
  statements: Statements,
  files: readonly LandedFile[],
): Promise<RawRows[]> {
  const counted = await statements.rows(
    'raw',
    `select object_id, count(*) as row_count from ${read} group by object_id`,
  )
  const bad = await statements.rows(
    'raw',
    `select object_id, row_number, reason from ${read} where reason is not null
    order by object_id nulls last, row_number nulls last`,
  )
  const found = new Map(
    files.map(({ objectId }) => [objectId, { objectId, rows: 0, rejected: [] } as RawRows]),
  )
  for (const { object_id, row_count } of counted)
    found.get(String(object_id))!.rows = Number(row_count)
  for (const { object_id, row_number, reason } of bad)
    found
      .get(String(object_id))!
      .rejected.push({ rowNumber: Number(row_number), reason: String(reason) })
  return [...found.values()]
}
