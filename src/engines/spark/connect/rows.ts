import { type DataType, type Field, type Table, Type } from 'apache-arrow'
import type { Row, Value } from '../../engine.js'

/** Rows of a table as small results carry them: 64-bit integers, decimals, dates, times and what is no number as text. */
export function rowsOf(table: Table): Row[] {
  const columns = table.schema.fields.map(({ name, type }, index) => {
    const vector = table.getChildAt(index)
    return { name, valueAt: (row: number) => plainValue(vector?.get(row), type) }
  })
  return Array.from({ length: table.numRows }, (_, row) =>
    Object.fromEntries(columns.map(({ name, valueAt }) => [name, valueAt(row)])),
  )
}

type Reader = (value: never, type: DataType) => Value

/** Of these types the Arrow library gives something else than a `Value`. */
const readers: Readonly<Partial<Record<Type, Reader>>> = {
  [Type.Decimal]: (words: Uint32Array, type) => decimalText(words, (type as Decimals).scale),
  [Type.Date]: (milliseconds: number) => dayText(milliseconds),
  [Type.Timestamp]: (milliseconds: number, type) =>
    timeText(milliseconds) + ((type as Timestamps).timezone ? '+00' : ''),
  [Type.Binary]: (bytes: Uint8Array) => Buffer.from(bytes).toString('hex'),
  [Type.List]: (values: Iterable<unknown>, type) =>
    [...values].map((value) => plainValue(value, childOf(type, 0).type)),
  [Type.Struct]: (fields: Record<string, unknown>, type) => structOf(fields, type.children),
  [Type.Map]: (entries: Iterable<[unknown, unknown]>, type) => {
    const [key, value] = childOf(type, 0).type.children as Field[]
    return [...entries].map(([name, held]) => ({
      key: plainValue(name, key!.type),
      value: plainValue(held, value!.type),
    }))
  },
}

type Decimals = DataType & { scale: number }
type Timestamps = DataType & { timezone?: string | null }

function plainValue(value: unknown, type: DataType): Value {
  if (value === null || value === undefined) return null
  const reader = readers[type.typeId as Type]
  if (reader) return reader(value as never, type)
  const isText =
    typeof value === 'bigint' || value === Infinity || value === -Infinity || Number.isNaN(value)
  return isText ? String(value) : (value as Value)
}

const childOf = (type: DataType, index: number): Field => type.children[index] as Field

const structOf = (fields: Record<string, unknown>, types: readonly Field[]): Value =>
  Object.fromEntries(types.map(({ name, type }) => [name, plainValue(fields[name], type)]))

/** 32-bit words, the least first, of a number that is `scale` digits too large. */
function decimalText(words: Uint32Array, scale: number): string {
  const bits = [...words].reduceRight((value, word) => (value << 32n) | BigInt(word), 0n)
  const number = BigInt.asIntN(32 * words.length, bits)
  const digits = String(number < 0n ? -number : number).padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const text = scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`
  return number < 0n ? `-${text}` : text
}

const dayText = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10)

/** Microseconds, without zeros at their end; the milliseconds of Arrow are exact to the microsecond until 2255. */
function timeText(milliseconds: number): string {
  const micros = Math.round(milliseconds * 1000)
  const seconds = Math.floor(micros / 1e6)
  const fraction = String(micros - seconds * 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const text = new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')
  return fraction === '' ? text : `${text}.${fraction}`
}
