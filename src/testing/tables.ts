import type { PublishedRow } from './run-project.js'

/** The published tables of one release. */
export type Tables = ReadonlyMap<string, PublishedRow[]>

/** Columns of the rows of a table that hold certain values, sorted; times as texts to the minute. */
export function rowsOf(
  tables: Tables,
  table: string,
  where: PublishedRow,
  columns: readonly string[],
): unknown[][] {
  return tables
    .get(table)!
    .filter((row) => Object.entries(where).every(([column, value]) => row[column] === value))
    .map((row) => columns.map((column) => plain(row[column])))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

const plain = (value: unknown): unknown =>
  value instanceof Date ? value.toISOString().slice(0, 16) : value

/** The customer whom an identifier names; null where it names nobody alone. */
export function customerOf(tables: Tables, identifier: string): unknown {
  const [type, value] = identifier.split('=')
  return rowsOf(tables, 'identity_map', { id_type: type, id_value: value }, ['customer_id'])[0]?.[0]
}

/** The id of the set of some identifiers, as `customer_history` names it. */
export function setOf(tables: Tables, ...identifiers: string[]): unknown {
  const sets = new Map<unknown, string[]>()
  for (const { identifier_set_id, id_type, id_value } of tables.get('identity_edges')!)
    sets.set(identifier_set_id, [...(sets.get(identifier_set_id) ?? []), `${id_type}=${id_value}`])
  const wanted = identifiers.sort().join(' ')
  return [...sets].find(([, held]) => held.sort().join(' ') === wanted)?.[0]
}

const historyColumns = [
  'revision',
  'change',
  'customer_id',
  'previous_customer_id',
  'valid_from',
  'valid_to',
  'is_current',
]

/** Whose an identifier set has been, in order of time. */
export const historyOf = (tables: Tables, set: unknown): unknown[][] =>
  rowsOf(tables, 'customer_history', { identifier_set_id: set }, historyColumns)

/** Published tables that hold a value anywhere. */
export const tablesWith = (tables: Tables, value: unknown): string[] =>
  [...tables]
    .filter(([, rows]) => rows.some((row) => Object.values(row).includes(value)))
    .map(([table]) => table)
    .sort()

/** What a release restates of the one before: table, change and reason, each combination once, of a customer if one is given. */
export function restatedSince(
  before: Tables,
  after: Tables,
  where: PublishedRow = {},
): unknown[][] {
  const known = new Set(before.get('restatements')!.map(({ run }) => run))
  const rows = after.get('restatements')!.filter(({ run }) => !known.has(run))
  const found = rowsOf(new Map([['restatements', rows]]), 'restatements', where, [
    'table_name',
    'change',
    'reason',
  ])
  return [...new Map(found.map((row) => [row.join(' '), row])).values()]
}
