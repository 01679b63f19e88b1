import { joined } from '../joined-integers.js'
import type { SparkSession } from './connect/session.js'
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

export async function writeIntegers(
  tables: Tables,
  table: string,
  columns: Readonly<Record<string, Int32Array>>,
): Promise<void> {
  const names = Object.keys(columns)
  const arrays = Object.values(columns)
  await tables.createEmpty(
    table,
    names.map((name) => ({ name, type: 'int' })),
  )
  const length = arrays[0]?.length ?? 0
  for (let start = 0; start < length; start += batchRows) {
    const lists = arrays.map((array) => `'[${array.subarray(start, start + batchRows).join(',')}]'`)
    await tables.append(
      table,
      `select ${names.map((_, place) => `r.\`${place}\``).join(', ')} from (select explode(arrays_zip(${lists
        .map((list) => `from_json(${list}, 'array<int>')`)
        .join(', ')})) as r)`,
    )
  }
}
