import type { Column } from '../engine.js'
import type { Renamed } from '../renamed-fields.js'
import { patternOf } from './path-pattern.js'
import { backQuoted, quotedForSpark } from './quoting.js'
import { csvRecords, type DelimitedText, joinedRows, tsvRecords } from './raw-csv.js'
import { lineFault, objectText } from './raw-line.js'
import { renamedPayload } from './raw-rename.js'
import { rowsSelect } from './rows-select.js'

/** An object that Spark reads itself. */
export interface SparkObject {
  /** As Spark spells it, without escapes: s3a://bucket/key. */
  url: string
  objectId: string
  /** UTC, ISO without zone. */
  loadedAt: string
  /** See `LandedFile`. */
  rowsBefore?: number
}

/** What is the same in all objects that are read together. */
export type RawShape =
  | { format: 'ndjson'; maxRecordBytes?: number; renamed?: Renamed; isLog?: boolean }
  /** As exported. */
  | ({ format: 'delimited' } & DelimitedText)
  /** As landing has made it: records that go over lines, and no bad ones. */
  | { format: 'csv'; keys: readonly string[]; delimiter?: string }
  | { format: 'parquet'; columns: readonly (Column & { key: string })[] }

/** Each object, wherever its tasks begin: a row's place in a task less the task's first is its place in the block. */
const numberedRows = `
with placed as (
  select url_decode(replace(input_file_name(), '+', '%2B')) as path, input_file_block_start() as block,
    monotonically_increasing_id() as place, payload, reason
  from (PAYLOADS) as payloads
), blocks as (
  select path, block, min(place) as first_place, count(*) as row_count
  from placed
  group by path, block
), offsets as (
  select path, block, first_place,
    coalesce(sum(row_count) over (partition by path order by block
      rows between unbounded preceding and 1 preceding), 0) as rows_before
  from blocks
), numbered as (
  select /*+ broadcast(f), broadcast(o) */ f.object_id,
    cast(p.place - o.first_place + o.rows_before + f.rows_before + 1 - HEADER as bigint) as row_number,
    f.loaded_at, p.payload, p.reason
  from placed p
  join offsets o on o.path = p.path and o.block = p.block
  join raw_objects f on f.path = p.path
)
select * from numbered where row_number > 0 and (payload is not null or reason is not null)`

/**
 * Statements that make a view of objects, named `raw_rows` and the ending: a row a record, with its place in its object,
 * from 1, its JSON text, and the reason when it is no record. No row is moved to be numbered: only the number of rows of
 * each block is.
 */
export function rawStatements(
  shape: RawShape,
  objects: readonly SparkObject[],
  ending = '',
): string[] {
  const { relation, payloads } = reading(shape)
  const header = shape.format === 'delimited' && shape.hasHeader ? '1' : '0'
  const rows = numberedRows.replace('HEADER', header).replace('PAYLOADS', () => payloads)
  return statementsOf({ relation, rows, ending }, objects)
}

/** The same of objects with records that go over lines: their lines are moved, each object's to one task. */
export const joinedStatements = (
  text: DelimitedText,
  objects: readonly SparkObject[],
  ending = '',
): string[] => statementsOf({ relation: linesOfLineFeeds, rows: joinedRows(text), ending }, objects)

interface Views {
  relation: string
  /** The SELECT of the rows; it reads `raw_files` and `raw_objects`. */
  rows: string
  ending: string
}

function statementsOf(
  { relation, rows: select, ending }: Views,
  objects: readonly SparkObject[],
): string[] {
  // Rows of others that fit are left out by their path.
  const paths = quotedForSpark(patternOf(objects.map(({ url }) => url)))
  const rows = objects.map(({ url, objectId, loadedAt, rowsBefore = 0 }) => ({
    path: url,
    object_id: objectId,
    loaded_at: loadedAt,
    rows_before: rowsBefore,
  }))
  return [
    `create or replace temporary view raw_files${ending} ${relation.replace('PATHS', () => paths)}`,
    `create or replace temporary view raw_objects${ending} as ${rowsSelect(objectColumns, rows)}`,
    `create or replace temporary view raw_rows${ending} as
      with raw_files as (select * from raw_files${ending}), raw_objects as (select * from raw_objects${ending})
      select * from (${select}) as told`,
  ]
}

const objectColumns: readonly Column[] = [
  { name: 'path', type: 'string' },
  { name: 'object_id', type: 'string' },
  { name: 'loaded_at', type: 'timestamp' },
  { name: 'rows_before', type: 'bigint' },
]

interface Reading {
  /** What follows the name of the view of the files, `PATHS` being theirs. */
  relation: string
  /** SELECT of `payload` and `reason`; a row without either is none, and keeps its place. */
  payloads: string
}

const lines = 'using text options (path PATHS)'
/** A CR is part of its line. */
const linesOfLineFeeds = `using text options (path PATHS, lineSep '\\n')`

function reading(shape: RawShape): Reading {
  switch (shape.format) {
    case 'ndjson':
      return ndjsonReading(shape)
    case 'delimited':
      return { relation: lines, payloads: shape.quoted ? csvRecords(shape) : tsvRecords(shape) }
    case 'csv':
      return csvReading(shape)
    case 'parquet':
      return {
        relation: 'using parquet options (path PATHS)',
        payloads: `select ${objectText(shape.columns.map(fieldOf))} as payload, cast(null as string) as reason from raw_files`,
      }
  }
}

/** A line of a log is an offset; an empty one is that of no record. */
function ndjsonReading({
  isLog,
  renamed,
  maxRecordBytes,
}: Extract<RawShape, { format: 'ndjson' }>): Reading {
  const fault = maxRecordBytes === undefined ? '' : lineFault(maxRecordBytes)
  const reason = `case when value = '' then null ${fault}
    when try_parse_json(value) is null then 'malformed_json' end`
  const payload = renamed ? renamedPayload(renamed) : 'value'
  return {
    relation: isLog ? linesOfLineFeeds : lines,
    payloads: isLog
      ? `select case when value <> '' then ${payload} end as payload, ${reason} as reason from raw_files`
      : `select ${payload} as payload, ${reason} as reason from raw_files where value <> ''`,
  }
}

function csvReading({ keys, delimiter = ',' }: Extract<RawShape, { format: 'csv' }>): Reading {
  const columns = keys.map((_, index) => `c${index} string`).join(', ')
  return {
    relation: `(${columns}) using csv options (path PATHS, header 'true', multiLine 'true',
      sep ${quotedForSpark(delimiter)}, quote '"', escape '"')`,
    payloads: `select ${objectText(keys.map((key, index) => [key, `c${index}`]))} as payload,
      cast(null as string) as reason from raw_files`,
  }
}

/** Times are spelled as a cast spells them, without a T, and decimals as doubles, as other engines spell both. */
function fieldOf({ key, name, type }: Column & { key: string }): [key: string, expression: string] {
  const column = backQuoted(name)
  if (type === 'timestamp') return [key, `cast(${column} as string)`]
  return [key, type.startsWith('decimal') ? `cast(${column} as double)` : column]
}
