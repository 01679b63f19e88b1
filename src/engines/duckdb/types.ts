import type { Column } from '../engine.js'

const duckTypes: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  bigint: 'BIGINT',
  int: 'INTEGER',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
}

/** DuckDB's name of a portable type, e.g. `array<string>` -> `VARCHAR[]`. */
export function duckType(portable: string): string {
  const element = /^array<(.+)>$/.exec(portable)?.[1]
  if (element) return `${duckType(element)}[]`
  return duckTypes[portable] ?? portable.toUpperCase()
}

/** The portable name of a DuckDB type, e.g. `VARCHAR[]` -> `array<string>`. */
export function portableType(duck: string): string {
  if (duck.endsWith('[]')) return `array<${portableType(duck.slice(0, -2))}>`
  for (const [portable, name] of Object.entries(duckTypes)) if (name === duck) return portable
  return duck.toLowerCase()
}

/** Columns of a CREATE TABLE. */
export const columnList = (columns: readonly Column[]): string =>
  columns.map(({ name, type }) => `"${name}" ${duckType(type)}`).join(', ')
