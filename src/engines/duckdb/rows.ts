import type { DuckDBConnection } from '@duckdb/node-api'
import type { Column, Row, Value } from '../engine.js'
import { columnList, duckType } from './types.js'

/** Rows that one INSERT carries as JSON. */
const batchRows = 2048

export async function writeRows(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<void> {
  await connection.run(`create or replace table ${table} (${columnList(columns)})`)
  await insertRows(connection, table, columns, rows)
}

export async function insertRows(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<void> {
  const shape = `{${columns.map(({ name, type }) => `${JSON.stringify(name)}:${JSON.stringify(duckType(type))}`).join(',')}}`
  const list = columns.map(({ name }) => `r."${name}"`).join(', ')
  for (let start = 0; start < rows.length; start += batchRows) {
    const batch = JSON.stringify(
      rows.slice(start, start + batchRows).map((row) => plain(row, columns)),
    )
    await connection.run(
      `insert into ${table} select ${list} from (select unnest(from_json($1, '[${shape.replaceAll("'", "''")}]')) as r)`,
      [batch],
    )
  }
}

const plain = (row: Row, columns: readonly Column[]): Record<string, Value> =>
  Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null]))
