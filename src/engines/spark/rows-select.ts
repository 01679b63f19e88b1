import type { Column, Row, Value } from '../engine.js'
import { backQuoted, quotedForSpark } from './quoting.js'

/** A SELECT of a few rows of TypeScript values, typed by the columns; what a row does not name is null. */
export function rowsSelect(columns: readonly Column[], rows: readonly Row[]): string {
  const shape = columns
    .map(({ name, type }) => `${backQuoted(name)}: ${carrierOf(type)}`)
    .join(', ')
  const list = columns.map(({ name, type }) => {
    const column = backQuoted(name)
    return `cast(${column} as ${type}) as ${column}`
  })
  const json = quotedForSpark(JSON.stringify(rows.map((row) => plain(row, columns))))
  return `select ${list.join(', ')} from (select inline(from_json(${json}, 'array<struct<${shape}>>')))`
}

/** Scalars travel as text, which a cast reads as strictly as one of a file; lists have their own shape in JSON. */
const carrierOf = (type: string): string => (/^(array|struct|map)</.test(type) ? type : 'string')

const plain = (row: Row, columns: readonly Column[]): Record<string, Value> =>
  Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null]))
