import { stat } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quoted } from '../../sql.js'
import type { LandedFile, OpenedRaw, RawRows } from '../engine.js'
import { fuseFieldLookups, lookupColumns } from '../field-lookups.js'
import { goneFields } from '../renamed-fields.js'
import { skippedColumns, skippedRows } from '../skipped-rows.js'
import { lookupDialect } from './lookup-dialect.js'
import { insertRows } from './rows.js'
import { columnList } from './types.js'

/** Longest record that the reader accepts; landing has already rejected longer ones. */
const maxRecordBytes = 32 * 1024 * 1024
const minBufferBytes = 1024 * 1024

/**
 * Makes `raw` of landed files of one shape: a row a record, with what the SELECT looks up of its JSON. Rows are numbered
 * from 1 in the order of their file, which holds because DuckDB keeps insertion order and reads a list of files in turn.
 */
export async function openRaw(
  connection: DuckDBConnection,
  files: readonly LandedFile[],
  sourceSelect: string,
): Promise<OpenedRaw> {
  const { columns, select } = fuseFieldLookups(sourceSelect, lookupDialect)
  const names = Object.keys(columns)
  // A text that was read into a document needs no second look.
  const isJson = names.includes('document')
    ? 'case when document is not null then true else json_valid(l.payload) end'
    : 'json_valid(l.payload)'
  await connection.run('drop table if exists reject_errors; drop table if exists reject_scans')
  await connection.run(
    `create or replace temp table raw_files as select * from (values ${files
      .map(
        (file, index) =>
          `(${index}, ${quoted(file.path)}, ${quoted(file.objectId)}, timestamp ${quoted(file.loadedAt)}, ${file.rowsBefore ?? 0})`,
      )
      .join(', ')}) as t(file_no, path, object_id, loaded_at, rows_before)`,
  )
  await connection.run('set session preserve_insertion_order = true')
  try {
    await connection.run(
      // A left join, whose probing side keeps its order.
      `create or replace temp table raw_payloads as
      select f.file_no ${lookupColumns(columns)}, ${isJson} as is_json
      from (${payloads(files, await bufferBytes(files))}) as l left join raw_files f on f.path = l.path`,
    )
  } finally {
    await connection.run('set session preserve_insertion_order = false')
  }
  await connection.run(`create or replace temp table raw_offsets as
    select f.file_no, f.object_id, f.loaded_at, p.first_row - f.rows_before as first_row, p.row_count
    from raw_files f join (select file_no, min(rowid) as first_row, count(*) as row_count
      from raw_payloads group by file_no) p on p.file_no = f.file_no`)
  const skipped = skippedRows(files)
  await connection.run(`create or replace temp table raw_skipped (${columnList(skippedColumns)})`)
  await insertRows(connection, 'raw_skipped', skippedColumns, skipped)
  await connection.run(`create or replace temp view raw as
    select o.object_id, p.rowid - o.first_row + 1 as row_number, o.loaded_at${names.map((name) => `, p.${name}`).join('')}
    from raw_payloads p join raw_offsets o on o.file_no = p.file_no
    where p.is_json ${
      skipped.length === 0
        ? ''
        : 'and (o.object_id, p.rowid - o.first_row + 1) not in (select object_id, row_number from raw_skipped)'
    }`)
  await connection.run(
    `create or replace temp table raw_rejected as ${rejected(files, skipped.length > 0)}`,
  )
  return { objects: await rowsByObject(connection, files), select }
}

export const closeRaw = `drop view if exists temp.raw; drop table if exists raw_payloads;
  drop table if exists raw_offsets; drop table if exists raw_files;
  drop table if exists raw_skipped; drop table if exists raw_rejected`

/** The reader zeroes buffers of many times the longest line; no line is longer than its file. */
async function bufferBytes(files: readonly LandedFile[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file.path)).size))
  return Math.min(maxRecordBytes, Math.max(minBufferBytes, ...sizes))
}

function payloads(files: readonly LandedFile[], buffer: number): string {
  const { format, keys = [], delimiter = ',', rename } = files[0]!
  const paths = `[${files.map((file) => quoted(file.path)).join(', ')}]`
  if (format === 'ndjson') {
    return `select filename as path, ${renamed(rename)} as payload from read_csv(${paths}, columns = {'payload': 'VARCHAR'},
      delim = '\\0', quote = '', escape = '', header = false, auto_detect = false, filename = true,
      max_line_size = ${buffer}, buffer_size = ${buffer}, new_line = '\\n')`
  }
  const fields = keys.map((key, index) => `${quoted(key)}, c${index}`).join(', ')
  const payload = `cast(json_object(${fields}) as varchar) as payload`
  const columns = keys.map((_, index) => `c${index}`)
  if (format === 'parquet') {
    return `select path, ${payload} from read_parquet(${paths}, filename = true) as t(${[...columns, 'path'].join(', ')})`
  }
  return `select filename as path, ${payload} from read_csv(${paths}, columns = {${columns
    .map((column) => `'${column}': 'VARCHAR'`)
    .join(
      ', ',
    )}}, delim = ${quoted(delimiter)}, quote = '"', escape = '"', header = true, auto_detect = false,
    filename = true, max_line_size = ${buffer}, buffer_size = ${buffer}, store_rejects = true, rejects_limit = 0)`
}

/** A payload whose fields have the names that the config gives them; a line that is not JSON stays as it is. */
function renamed(rename: LandedFile['rename']): string {
  if (!rename) return 'payload'
  const fields = Object.entries(rename).map(
    ([key, given]) => `${quoted(key)}, json_extract(payload, ${quoted(`$.${given}`)})`,
  )
  return `case when json_valid(payload)
    then cast(json_merge_patch(payload, ${quoted(JSON.stringify(goneFields(rename)))}, json_object(${fields.join(', ')})) as varchar) else payload end`
}

/** A record that the reader could not make has no place among the payloads. */
const malformed = `select o.object_id, p.rowid - o.first_row + 1 as row_number, 'malformed_json' as reason, false as is_unread
  from raw_payloads p join raw_offsets o on o.file_no = p.file_no where not p.is_json`
const unread = `select f.object_id, cast(e.line as bigint) as row_number,
    'csv_' || min(lower(replace(cast(e.error_type as varchar), ' ', '_'))) as reason, true as is_unread
  from reject_errors e join reject_scans s on s.scan_id = e.scan_id and s.file_id = e.file_id
  join raw_files f on f.path = s.file_path group by all`

/** The SELECT of the records that are none; what landing has found goes first, and a gap is no record. */
function rejected(files: readonly LandedFile[], hasSkipped: boolean): string {
  const found = files[0]!.format === 'csv' ? `${malformed} union all ${unread}` : malformed
  if (!hasSkipped) return found
  return `select f.* from (${found}) as f
    anti join raw_skipped s on s.object_id = f.object_id and s.row_number = f.row_number
    union all select object_id, row_number, reason, false from raw_skipped where reason is not null`
}

async function rowsByObject(
  connection: DuckDBConnection,
  files: readonly LandedFile[],
): Promise<RawRows[]> {
  const counted = await connection.runAndReadAll(
    `select f.object_id, coalesce(o.row_count, 0) + coalesce(r.unread_count, 0), coalesce(r.rejected_count, 0)
    from raw_files f left join raw_offsets o on o.file_no = f.file_no
    left join (select object_id, count(*) as rejected_count, count_if(is_unread) as unread_count
      from raw_rejected group by object_id) r on r.object_id = f.object_id`,
  )
  const counts = new Map(counted.getRows().map(([id, ...found]) => [id, found.map(Number)]))
  return files.map(({ objectId, gaps = [] }) => {
    const [rows = 0, rejected = 0] = counts.get(objectId) ?? []
    return { objectId, rows: rows - gaps.length, rejected }
  })
}
