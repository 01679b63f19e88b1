import { joined } from '../joined-integers.js'
import type { SparkSession } from './connect/session.js'
import { backQuoted } from './quoting.js'
import type { Tables } from './tables.js'

/** Rows that one statement carries. */
const batchRows = 50_000

/** Integer columns of a SELECT, as the kernels that run in this process take them. */
export async function readIntegers(session: SparkSession, select: string): Promise<Int32Array[]> {
  const parts: Int32Array[][] = []
  for await (const table of session.query(select))
    table.schema.fields.forEach((_, column) => {
      const values = table.getChildAt(column)!.toArray() as Iterable<number | bigint>
      parts[column] ??= []
      parts[column].push(Int32Array.from(values, Number))
    })
  return parts.map(joined)
}

/** Makes a table of INT columns from arrays of the same length, a batch of rows a statement. */
export async function writeIntegers(
  tables: Tables,
  table: string,
  columns: Readonly<Record<string, Int32Array>>,
): Promise<void> {
  const names = Object.keys(columns)
  if (columns[names[0]!]?.length) return tables.createOfParts(table, batchesOf(columns))
  await tables.createEmpty(
    table,
    names.map((name) => ({ name, type: 'int' })),
  )
}

function* batchesOf(columns: Readonly<Record<string, Int32Array>>): Generator<string> {
  const arrays = Object.values(columns)
  const list = Object.keys(columns).map((name, place) => `r.\`${place}\` as ${backQuoted(name)}`)
  for (let start = 0; start < arrays[0]!.length; start += batchRows) {
    const lists = arrays.map(
      (array) =>
        `from_json('[${array.subarray(start, start + batchRows).join(',')}]', 'array<int>')`,
    )
    yield `select ${list.join(', ')} from (select explode(arrays_zip(${lists.join(', ')})) as r)`
  }
}
