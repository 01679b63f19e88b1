import PQueue from 'p-queue'
import type { LandedFile, OpenedRaw } from '../engine.js'
import type { SparkSession } from './connect/session.js'
import { describeSelect } from './describe.js'
import { backQuoted, sparkUrlOf } from './places.js'
import { untoldReason } from './raw-csv.js'
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

/** What has been told of objects. */
interface Told {
  /** A SELECT of their rows. */
  rows: string
  /** Objects that have none there, as only a landing can tell them. */
  untold: readonly string[]
}

/** Each keeps a cluster busy with planning more than with its rows. */
const shapesAtATime = 4

/** Rows of the objects at hand, as they have been told. */
const told = 'raw_told'

/** Makes `raw` of objects of any shapes. */
export async function openRaw(
  reading: Reading,
  files: readonly LandedFile[],
  select: string,
): Promise<OpenedRaw> {
  const { session, statements, tables } = reading
  await session.configure(collectDialect)
  const queue = new PQueue({ concurrency: shapesAtATime })
  const all = await queue.addAll(
    byShape(files).map((alike, index) => () => toldOf(reading, alike, `_${index}`)),
  )
  await tables.createView(told, all.map(({ rows }) => rows).join(' union all '))
  const untold = new Set(all.flatMap((one) => one.untold))
  const objects = await rowsByObject(statements, files, { rows: told, untold })
  await tables.createView(
    'raw',
    `select object_id, row_number, loaded_at, payload from ${await withoutSkipped(tables, files)} where reason is null`,
  )
  return { objects, select }
}

function byShape(files: readonly LandedFile[]): LandedFile[][] {
  const shapes = new Map<string, LandedFile[]>()
  for (const file of files) {
    const { format, delimiter, keys, asExported } = file
    const shape = JSON.stringify({ format, delimiter, keys, ...asExported })
    shapes.set(shape, [...(shapes.get(shape) ?? []), file])
  }
  return [...shapes.values()]
}

/**
 * Reads objects of one shape, once: their rows are kept. Of those of whose lines some are no records alone, all are read
 * again by whole records.
 */
async function toldOf(
  reading: Reading,
  files: readonly LandedFile[],
  ending: string,
): Promise<Told> {
  const read = `raw_read${ending}`
  const joined = `raw_joined${ending}`
  const shape = await shapeOf(reading.session, files[0]!)
  const objects = files.map(sparkObjectOf)
  await keep(reading, read, rawStatements(shape, objects, ending), ending)
  if (shape.format !== 'delimited' || !shape.quoted)
    return { rows: `select * from ${read}`, untold: [] }
  const byLine = await untoldIn(reading, read)
  if (byLine.length === 0) return { rows: `select * from ${read}`, untold: [] }
  const others = objects.filter(({ objectId }) => byLine.includes(objectId))
  await keep(reading, joined, joinedStatements(shape, others, ending), ending)
  const untold = await untoldIn(reading, joined)
  const rows = [allBut(read, byLine), allBut(joined, untold)].join(' union all ')
  return { rows, untold }
}

async function keep(
  { statements, tables }: Reading,
  table: string,
  making: readonly string[],
  ending: string,
): Promise<void> {
  for (const statement of making) await statements.execute('raw', statement)
  await tables.create(table, `select * from raw_rows${ending}`)
}

async function untoldIn({ statements }: Reading, table: string): Promise<string[]> {
  const found = await statements.rows(
    'raw',
    `select distinct object_id from ${table} where reason = '${untoldReason}'`,
  )
  return found.map(({ object_id }) => String(object_id))
}

const allBut = (table: string, objects: readonly string[]): string =>
  objects.length === 0
    ? `select * from ${table}`
    : `select * from ${table} where object_id not in (${objects.map(quotedForSpark).join(', ')})`

/** Rows without those that landing has found bad, as a relation. */
async function withoutSkipped(tables: Tables, files: readonly LandedFile[]): Promise<string> {
  const skipped = files.flatMap(({ objectId, skippedRows = [] }) =>
    skippedRows.map((row) => ({ object_id: objectId, row_number: row })),
  )
  if (skipped.length === 0) return told
  await tables.write('raw_skipped', skippedColumns, skipped)
  return `(select t.* from ${told} t left anti join raw_skipped s
    on s.object_id = t.object_id and s.row_number = t.row_number) as kept`
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
