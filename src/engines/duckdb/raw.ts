import { stat } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quoted } from '../../sql.js'
import type { LandedFile, OpenedRaw, RawRows } from '../engine.js'
import { fuseFieldLookups, lookupColumns } from '../field-lookups.js'
import { goneFields } from '../renamed-fields.js'
import { lookupDialect } from './lookup-dialect.js'

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
  const skipped = files.flatMap(({ objectId, skippedRows = [] }) =>
    skippedRows.map((row) => `(${quoted(objectId)}, ${row})`),
  )
  await connection.run(
    `create or replace temp table raw_skipped (object_id varchar, row_number bigint)`,
  )
  if (skipped.length > 0)
    await connection.run(`insert into raw_skipped values ${skipped.join(', ')}`)
  await connection.run(`create or replace temp view raw as
    select o.object_id, p.rowid - o.first_row + 1 as row_number, o.loaded_at${names.map((name) => `, p.${name}`).join('')}
    from raw_payloads p join raw_offsets o on o.file_no = p.file_no
    where p.is_json ${
      skipped.length === 0
        ? ''
        : 'and (o.object_id, p.rowid - o.first_row + 1) not in (select object_id, row_number from raw_skipped)'
    }`)
  return { objects: await rowsByObject(connection, files), select }
}

export const closeRaw = `drop view if exists temp.raw; drop table if exists raw_payloads;
  drop table if exists raw_offsets; drop table if exists raw_files;
  drop table if exists raw_skipped`

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

async function rowsByObject(
  connection: DuckDBConnection,
  files: readonly LandedFile[],
): Promise<RawRows[]> {
  const rows = new Map(
    files.map((file) => [
      file.objectId,
      { objectId: file.objectId, rows: 0, rejected: [] } as RawRows,
    ]),
  )
  const add = async (sql: string, apply: (found: RawRows, value: number, text: string) => void) => {
    for (const [objectId, value, text] of (await connection.runAndReadAll(sql)).getRows()) {
      apply(rows.get(String(objectId))!, Number(value), String(text))
    }
  }
  await add('select object_id, row_count from raw_offsets', (found, count) => {
    found.rows += count
  })
  await add(
    `select o.object_id, p.rowid - o.first_row + 1, 'malformed_json' from raw_payloads p
     join raw_offsets o on o.file_no = p.file_no where not p.is_json order by 1, 2`,
    (found, rowNumber, reason) => found.rejected.push({ rowNumber, reason }),
  )
  if (files[0]!.format === 'csv') {
    await add(
      `select f.object_id, e.line, min(lower(replace(cast(e.error_type as varchar), ' ', '_')))
       from reject_errors e join reject_scans s on s.scan_id = e.scan_id and s.file_id = e.file_id
       join raw_files f on f.path = s.file_path group by all order by 1, 2`,
      (found, line, type) => {
        found.rows += 1
        found.rejected.push({ rowNumber: line, reason: `csv_${type}` })
      },
    )
  }
  return [...rows.values()]
}
