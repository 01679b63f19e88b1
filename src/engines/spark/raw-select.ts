import type { Column } from '../engine.js'
import { rowsSelect } from './rows-select.js'
import { quotedForSpark } from './vocabulary.js'

/** An object that Spark reads itself. */
export interface SparkObject {
  /** As Spark spells it, without escapes: s3a://bucket/key. */
  url: string
  objectId: string
  /** UTC, ISO without zone. */
  loadedAt: string
}

/** What is the same in all objects that are read together. */
export type RawShape =
  | { format: 'ndjson' }
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
)
select /*+ broadcast(f), broadcast(o) */ f.object_id,
  cast(p.place - o.first_place + o.rows_before + 1 as bigint) as row_number, f.loaded_at, p.payload, p.reason
from placed p
join offsets o on o.path = p.path and o.block = p.block
join raw_objects f on f.path = p.path`

/**
 * Statements that make the view `raw_rows` of objects: a row a record, with its place in its object, from 1, its JSON
 * text, and the reason when it is no record. No row is moved to be numbered: only the number of rows of each block is.
 */
export function rawStatements(shape: RawShape, objects: readonly SparkObject[]): string[] {
  const paths = globOf(objects.map(({ url }) => url))
  const columns = ['path', 'object_id'].map((name) => ({ name, type: 'string' }))
  const rows = objects.map(({ url, objectId, loadedAt }) => ({
    path: url,
    object_id: objectId,
    loaded_at: loadedAt,
  }))
  const { relation, payloads } = reading(shape, quotedForSpark(paths))
  return [
    `create or replace temporary view raw_files ${relation}`,
    `create or replace temporary view raw_objects as ${rowsSelect([...columns, { name: 'loaded_at', type: 'timestamp' }], rows)}`,
    `create or replace temporary view raw_rows as ${numberedRows.replace('PAYLOADS', () => payloads)}`,
  ]
}

interface Reading {
  /** What follows the name of the view of the files. */
  relation: string
  /** SELECT of `payload` and `reason`. */
  payloads: string
}

function reading(shape: RawShape, paths: string): Reading {
  if (shape.format === 'ndjson')
    return {
      relation: `using text options (path ${paths})`,
      payloads: `select value as payload, case when try_parse_json(value) is null then 'malformed_json' end as reason
        from raw_files where value <> ''`,
    }
  if (shape.format === 'parquet')
    return {
      relation: `using parquet options (path ${paths})`,
      payloads: `select ${objectText(shape.columns.map(fieldOf))} as payload, cast(null as string) as reason from raw_files`,
    }
  return csvReading(shape, paths)
}

/** A record may go over lines, so that a CSV is never cut into blocks; a column more than it has tells longer records. */
function csvReading(
  { keys, delimiter = ',' }: Extract<RawShape, { format: 'csv' }>,
  paths: string,
): Reading {
  const columns = keys.map((_, index) => `c${index} string`).join(', ')
  return {
    relation: `(${columns}, surplus string) using csv options (path ${paths}, header 'true', multiLine 'true',
      sep ${quotedForSpark(delimiter)}, quote '"', escape '"')`,
    payloads: `select ${objectText(keys.map((key, index) => [key, `c${index}`]))} as payload,
      case when surplus is not null then 'too_many_columns' end as reason from raw_files`,
  }
}

/** JSON text of an object of expressions, those that are null included. */
const objectText = (fields: readonly (readonly [key: string, expression: string])[]): string =>
  `to_json(named_struct(${fields
    .map(([key, expression]) => `${quotedForSpark(key)}, ${expression}`)
    .join(', ')}), map('ignoreNullFields', 'false'))`

/** Times are spelled as a cast spells them, without a T, and decimals as doubles, as other engines spell both. */
function fieldOf({ key, name, type }: Column & { key: string }): [key: string, expression: string] {
  const column = `\`${name.replaceAll('`', '``')}\``
  if (type === 'timestamp') return [key, `cast(${column} as string)`]
  return [key, type.startsWith('decimal') ? `cast(${column} as double)` : column]
}

/**
 * A pattern that these URLs fit; rows of others that fit are left out by their path. Alternatives within a folder cost one
 * listing of it, where alternatives with slashes cost one each.
 */
function globOf(urls: readonly string[]): string {
  const root = /^\w+:\/\/[^/]*\//.exec(urls[0]!)![0]
  const folders = new Map<string, string[]>()
  for (const key of urls.map((url) => url.slice(root.length))) {
    const end = key.lastIndexOf('/') + 1
    const folder = plain(key.slice(0, end))
    folders.set(folder, [...(folders.get(folder) ?? []), plain(key.slice(end))])
  }
  return root + anyOf([...folders].map(([folder, names]) => folder + anyOf(names)))
}

const anyOf = ([first = '', ...others]: readonly string[]): string =>
  others.length === 0 ? first : `{${[first, ...others].join(',')}}`

const plain = (text: string): string => text.replace(/[\\*?[\]{},]/g, '?')
