import { type DuckDBConnection, DuckDBDataChunk, INTEGER } from '@duckdb/node-api'
import { joined } from '../joined-integers.js'

/** DuckDB's vector size: the most rows that one data chunk holds. */
const chunkRows = 2048

export async function readIntegers(
  connection: DuckDBConnection,
  select: string,
): Promise<Int32Array[]> {
  const result = await connection.stream(select)
  const parts: Int32Array[][] = Array.from({ length: result.columnCount }, () => [])
  for (
    let chunk = await result.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    for (let column = 0; column < chunk.columnCount; column++) {
      parts[column]!.push(Int32Array.from(chunk.getColumnValues(column) as number[]))
    }
  }
  return parts.map(joined)
}

export async function writeIntegers(
  connection: DuckDBConnection,
  table: string,
  columns: Readonly<Record<string, Int32Array>>,
): Promise<void> {
  const names = Object.keys(columns)
  const arrays = Object.values(columns)
  await connection.run(
    `create or replace table engine.main.${table} (${names.map((name) => `${name} INTEGER`).join(', ')})`,
  )
  const appender = await connection.createAppender(table, 'main')
  const length = arrays[0]?.length ?? 0
  for (let start = 0; start < length; start += chunkRows) {
    const chunk = DuckDBDataChunk.create(names.map(() => INTEGER))
    chunk.setColumns(arrays.map((array) => Array.from(array.subarray(start, start + chunkRows))))
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}
