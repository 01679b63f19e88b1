import type { Hashes } from './increment-project.js'
import type { Tables } from './tables.js'

/** Tables with their content hashes. */
export interface HashedTables {
  hashes: Hashes
  tables: Tables
}

const shown = 5

/** Fails where published tables are not those of a full run, and says of the first one some rows that differ. */
export function expectSameTables(place: string, own: HashedTables, full: HashedTables): void {
  const differing = Object.keys(own.hashes).filter(
    (table) => own.hashes[table] !== full.hashes[table],
  )
  if (differing.length === 0) return
  const where = `${place}: ${differing.join(', ')}`
  for (const table of differing)
    expectSameRows(`${where}; ${table}`, textsOf(own, table), textsOf(full, table))
  throw new Error(`${where}: rows are the same as read, hashes are not`)
}

const textsOf = ({ tables }: HashedTables, table: string): string[] =>
  (tables.get(table) ?? []).map((row) => JSON.stringify(row))

/** Fails where rows are not those of a full run. */
export function expectSameRows(
  place: string,
  own: readonly string[],
  full: readonly string[],
): void {
  const [extra, missing] = [without(own, full), without(full, own)]
  if (extra.length + missing.length === 0) return
  const lines = [
    `${place}: ${extra.length} rows are not in a full run, which has ${missing.length} others`,
    ...extra.slice(0, shown).map((row) => `increment ${row}`),
    ...missing.slice(0, shown).map((row) => `full run  ${row}`),
  ]
  throw new Error(lines.join('\n'))
}

function without(rows: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others)
  return rows.filter((row) => !known.has(row))
}
