import PQueue from 'p-queue'
import type { LandedFile, OpenedRaw, Settings } from '../engine.js'
import { fuseFieldLookups, lookupColumns } from '../field-lookups.js'
import { skippedColumns, skippedRows } from '../skipped-rows.js'
import type { SparkSession } from './connect/session.js'
import { describeSelect } from './describe.js'
import { lookupDialect } from './lookup-dialect.js'
import { patternOf } from './path-pattern.js'
import { sparkUrlOf } from './places.js'
import { backQuoted, quotedForSpark } from './quoting.js'
import { needsLandingReason } from './raw-csv.js'
import { joinedStatements, type RawShape, rawStatements, type SparkObject } from './raw-select.js'
import { rowsByObject } from './rows-by-object.js'
import type { Statements } from './statements.js'
import type { Tables } from './tables.js'
import { collectDialect, endCollectDialect } from './vocabulary.js'

interface Reading {
  session: SparkSession
  statements: Statements
  tables: Tables
  /** What is kept of each record beside its place and its reason, by name, as SQL of its `payload`. */
  columns: Readonly<Record<string, string>>
}

/** What has been read of objects. */
interface ReadRows {
  /** A SELECT of their rows. */
  rows: string
  /** Objects that have none there, since only a landing can tell their records. */
  toLand: readonly string[]
}

/** Each keeps a cluster busy with planning more than with its rows. */
const shapesAtATime = 4

/** Rows of the objects at hand, those that are no records included. */
const allRows = 'raw_all_rows'

/** Makes `raw` and `raw_rejected` of objects of any shapes. */
export async function openRaw(
  cluster: Omit<Reading, 'columns'>,
  files: readonly LandedFile[],
  sourceSelect: string,
): Promise<OpenedRaw> {
  const { session, statements, tables } = cluster
  const { columns, select } = fuseFieldLookups(sourceSelect, lookupDialect)
  const reading = { ...cluster, columns }
  await session.configure(collectDialect)
  const queue = new PQueue({ concurrency: shapesAtATime })
  const all = await queue.addAll(
    byShape(files).map((alike, index) => () => readAlike(reading, alike, `_${index}`)),
  )
  await tables.createView(allRows, all.map(({ rows }) => rows).join(' union all '))
  const toLand = new Set(all.flatMap((one) => one.toLand))
  const kept = ['object_id', 'row_number', 'loaded_at', ...Object.keys(columns)]
  const rows = await judgedRows(tables, files, kept)
  await tables.createView('raw', `select ${kept.join(', ')} from ${rows} where reason is null`)
  await tables.createView(
    'raw_rejected',
    `select object_id, row_number, reason from ${rows} where reason is not null`,
  )
  return { objects: await rowsByObject(statements, files, { rows, toLand }), select }
}

function byShape(files: readonly LandedFile[]): LandedFile[][] {
  const shapes = new Map<string, LandedFile[]>()
  for (const file of files) {
    const { format, delimiter, keys, rename, asExported } = file
    const isLog = isOfLog(file)
    const shape = JSON.stringify({ format, delimiter, keys, rename, isLog, ...asExported })
    const alike = shapes.get(shape) ?? []
    shapes.set(shape, alike)
    alike.push(file)
  }
  return [...shapes.values()]
}

/**
 * Reads objects of one shape line by line, and keeps their rows. Where a line of an object is no record by itself, that
 * whole object is read again, by records.
 */
async function readAlike(
  reading: Reading,
  files: readonly LandedFile[],
  ending: string,
): Promise<ReadRows> {
  const read = `raw_read${ending}`
  const joined = `raw_joined${ending}`
  const shape = await shapeOf(reading.session, files[0]!)
  const objects = files.map(sparkObjectOf)
  await keep(reading, read, rawStatements(shape, objects, ending), ending)
  if (shape.format !== 'delimited' || !shape.quoted)
    return { rows: `select * from ${read}`, toLand: [] }
  const byLine = await needingLanding(reading, read)
  if (byLine.length === 0) return { rows: `select * from ${read}`, toLand: [] }
  const others = objects.filter(({ objectId }) => byLine.includes(objectId))
  await keep(reading, joined, joinedStatements(shape, others, ending), ending)
  const toLand = await needingLanding(reading, joined)
  const rows = [allBut(read, byLine), allBut(joined, toLand)].join(' union all ')
  return { rows, toLand }
}

async function keep(
  { statements, tables, columns }: Reading,
  table: string,
  making: readonly string[],
  ending: string,
): Promise<void> {
  for (const statement of making) await statements.execute('raw', statement)
  await tables.create(
    table,
    `select object_id, row_number, loaded_at, reason${lookupColumns(columns)} from raw_rows${ending}`,
  )
}

async function needingLanding({ statements }: Reading, table: string): Promise<string[]> {
  const found = await statements.rows(
    'raw',
    `select distinct object_id from ${table} where reason = '${needsLandingReason}'`,
  )
  return found.map(({ object_id }) => String(object_id))
}

const allBut = (table: string, objects: readonly string[]): string =>
  objects.length === 0
    ? `select * from ${table}`
    : `select * from ${table} where object_id not in (${objects.map(quotedForSpark).join(', ')})`

/** The relation of all rows, with what landing has found of them besides; a gap is no row. */
async function judgedRows(
  tables: Tables,
  files: readonly LandedFile[],
  kept: readonly string[],
): Promise<string> {
  const skipped = skippedRows(files)
  if (skipped.length === 0) return allRows
  await tables.write('raw_skipped', skippedColumns, skipped)
  await tables.createView(
    'raw_judged',
    `select ${kept.map((name) => `t.${name}`).join(', ')}, coalesce(s.reason, t.reason) as reason
    from ${allRows} t
    left join raw_skipped s on s.object_id = t.object_id and s.row_number = t.row_number
    where s.object_id is null or s.reason is not null`,
  )
  return 'raw_judged'
}

/** The views stay until the next objects, or the end of the session, take their place. */
export const closeRaw = (
  { session }: Pick<Reading, 'session'>,
  configured: Settings,
): Promise<void> => endCollectDialect(session, configured)

const sparkObjectOf = ({ path, objectId, loadedAt, rowsBefore }: LandedFile): SparkObject => ({
  url: sparkUrlOf(path),
  objectId,
  loadedAt,
  ...(rowsBefore === undefined ? {} : { rowsBefore }),
})

/** Rows of an archived log are known by their offset, so that empty lines count. */
const isOfLog = ({ rowsBefore }: LandedFile): boolean => rowsBefore !== undefined

async function shapeOf(session: SparkSession, file: LandedFile): Promise<RawShape> {
  const { format, path, keys = [], delimiter, rename, asExported } = file
  if (format === 'ndjson')
    return {
      format,
      isLog: isOfLog(file),
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
  `select * from parquet.${backQuoted(patternOf([sparkUrlOf(path)]))}`
