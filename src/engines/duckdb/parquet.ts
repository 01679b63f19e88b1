import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quoted } from '../../sql.js'
import type { Column, WrittenFile } from '../engine.js'

/** Rows a row group: large enough to compress, small enough for readers that skip by statistics. */
const rowGroupRows = 122_880

/** Writes one Parquet file (v1, Snappy): what every reader of `latest/` understands. */
export async function writeParquet(
  connection: DuckDBConnection,
  select: string,
  file: string,
): Promise<WrittenFile> {
  await mkdir(path.dirname(file), { recursive: true })
  // `preserve_order`, since the order of a SELECT without ORDER BY, such as files end to end, is kept only on demand.
  const result = await connection.runAndReadAll(
    `copy (${select}) to ${quoted(file)} (format parquet, compression snappy, parquet_version v1,
      row_group_size ${rowGroupRows}, preserve_order true)`,
  )
  const rows = Number(result.getRows()[0]?.[0])
  return { path: file, rows, bytes: (await stat(file)).size }
}

/**
 * Sum over rows of the low 64 bits of md5 of the row's text, as 40 decimal digits: independent of row order
 * and of the engine. A null is told from an empty text by a mark of its own.
 */
export async function contentHash(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column[],
): Promise<string> {
  const digest = rowDigest(columns.map(({ name }) => name))
  const result = await connection.runAndReadAll(
    `select cast(coalesce(sum(${digest}), 0) as varchar), count(*) from ${table}`,
  )
  const [sum, rows] = result.getRowsJson()[0] ?? []
  return `${rows}:${sum}`
}

/** The low 64 bits of md5 of the row's text. */
export function rowDigest(columns: readonly string[]): string {
  // `concat` takes half the time of `concat_ws`.
  const text = columns
    .map((name) => `coalesce(cast("${name}" as varchar), chr(2))`)
    .join(', chr(31), ')
  return `md5_number_lower(concat(${text}))`
}
