import type { LandedFile, OpenedRaw } from '../engine.js'
import type { SparkSession } from './connect/session.js'
import { describeSelect } from './describe.js'
import { backQuoted, sparkUrlOf } from './places.js'
import { untold } from './raw-csv.js'
import { joinedStatements, type RawShape, rawStatements, type SparkObject } from './raw-select.js'
import { rowsByObject } from './rows-by-object.js'
import type { Statements } from './statements.js'
import type { Tables } from './tables.js'
import { collectDialect, quotedForSpark } from './vocabulary.js'

interface Reading {
  session: SparkSession
  statements: Statements
  tables: Tables
}

/** Where records of the objects at hand are kept while a source is read: they are read from their objects once. */
const read = 'raw_read'
/** The same of objects with records that go over lines. */
const joined = 'raw_joined'

/** Makes `raw` of objects of one shape. */
export async function openRaw(
  reading: Reading,
  files: readonly LandedFile[],
  select: string,
): Promise<OpenedRaw> {
  const { session, tables, statements } = reading
  await session.configure(collectDialect)
  const shape = await shapeOf(session, files[0]!)
  const objects = files.map(sparkObjectOf)
  await keep(reading, read, rawStatements(shape, objects))
  const { rows, isUntold } = await toldRows(reading, shape, objects)
  await tables.createView(
    'raw',
    `select object_id, row_number, loaded_at, payload from ${await withoutSkipped(tables, files, rows)} where reason is null`,
  )
  return { objects: await rowsByObject(statements, files, { rows, isUntold }), select }
}

async function keep(
  { statements, tables }: Reading,
  table: string,
  making: readonly string[],
): Promise<void> {
  for (const statement of making) await statements.execute('raw', statement)
  await tables.create(table, 'select * from raw_rows')
}

/** The rows that are told, as a relation; objects of whose lines some are no records alone are read by whole records. */
async function toldRows(
  reading: Reading,
  shape: RawShape,
  objects: readonly SparkObject[],
): Promise<{ rows: string; isUntold: ReadonlySet<string> }> {
  const byLine = shape.format === 'delimited' && shape.quoted ? await untoldIn(reading, read) : []
  if (shape.format !== 'delimited' || byLine.length === 0)
    return { rows: read, isUntold: new Set() }
  const others = objects.filter(({ objectId }) => byLine.includes(objectId))
  await keep(reading, joined, joinedStatements(shape, others))
  const isUntold = new Set(await untoldIn(reading, joined))
  const rows = [
    `select * from ${read} where object_id not in (${listOf(byLine)})`,
    `select * from ${joined} ${isUntold.size === 0 ? '' : `where object_id not in (${listOf([...isUntold])})`}`,
  ]
  return { rows: `(${rows.join(' union all ')}) as told`, isUntold }
}

async function untoldIn({ statements }: Reading, table: string): Promise<string[]> {
  const found = await statements.rows(
    'raw',
    `select distinct object_id from ${table} where reason = '${untold}'`,
  )
  return found.map(({ object_id }) => String(object_id))
}

const listOf = (ids: readonly string[]): string => ids.map(quotedForSpark).join(', ')

/** Rows without those that landing has found bad, as a relation. */
async function withoutSkipped(
  tables: Tables,
  files: readonly LandedFile[],
  rows: string,
): Promise<string> {
  const skipped = files.flatMap(({ objectId, skippedRows = [] }) =>
    skippedRows.map((row) => ({ object_id: objectId, row_number: row })),
  )
  if (skipped.length === 0) return rows
  await tables.write('raw_skipped', skippedColumns, skipped)
  return `(select r.* from ${rows} r left anti join raw_skipped s
    on s.object_id = r.object_id and s.row_number = r.row_number) as kept`
}

const skippedColumns = [
  { name: 'object_id', type: 'string' },
  { name: 'row_number', type: 'bigint' },
]

/** The views stay until the next objects, or the end of the session, take their place. */
export const closeRaw = ({ session }: Pick<Reading, 'session'>): Promise<void> =>
  session.configure({ 'spark.sql.constraintPropagation.enabled': 'true' })

const sparkObjectOf = ({ path, objectId, loadedAt, rowsBefore }: LandedFile): SparkObject => ({
  url: sparkUrlOf(path),
  objectId,
  loadedAt,
  ...(rowsBefore === undefined ? {} : { rowsBefore }),
})

async function shapeOf(session: SparkSession, file: LandedFile): Promise<RawShape> {
  const { format, path, keys = [], delimiter, rename, rowsBefore, asExported } = file
  if (format === 'ndjson')
    return {
      format,
      isLog: rowsBefore !== undefined,
      ...(asExported ? { maxRecordBytes: asExported.maxRecordBytes } : {}),
      ...(rename ? { renamed: rename } : {}),
    }
  if (format === 'csv' && asExported)
    return { format: 'delimited', keys, delimiter: delimiter ?? ',', ...asExported }
  if (format === 'csv') return { format, keys, ...(delimiter ? { delimiter } : {}) }
  const columns = await describeSelect(session, allOf(path))
  return { format, columns: columns.map((column, index) => ({ ...column, key: keys[index]! })) }
}

/** The SELECT of a Parquet object whole. */
export const allOf = (path: string): string =>
  `select * from parquet.${backQuoted(sparkUrlOf(path))}`
