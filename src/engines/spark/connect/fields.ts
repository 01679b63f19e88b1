import { decode, encode, type Field, type Message, type Shape } from './codec.js'
import { delimitedBytes, keyBytes, varintBytes, wireTypes } from './wire.js'

type Maybe<T> = T | undefined

const delimited = <T>(
  number: number,
  toBytes: (value: T) => Uint8Array,
  ofBytes: (bytes: Uint8Array) => T,
): Field<Maybe<T>> => ({
  number,
  wireType: wireTypes.delimited,
  write: (value) => (value === undefined ? [] : delimitedBytes(number, toBytes(value))),
  read: (_, raw) => ofBytes(raw.bytes),
  absent: () => undefined,
})

const varint = <T>(
  number: number,
  toBits: (value: T) => bigint,
  ofBits: (bits: bigint) => T,
): Field<Maybe<T>> => ({
  number,
  wireType: wireTypes.varint,
  write: (value) =>
    value === undefined ? [] : [keyBytes(number, wireTypes.varint), varintBytes(toBits(value))],
  read: (_, raw) => ofBits(raw.bits),
  absent: () => undefined,
})

export const text = (number: number): Field<Maybe<string>> =>
  delimited(
    number,
    (value) => Buffer.from(value),
    (bytes) => Buffer.from(bytes).toString(),
  )

/** Bytes as they are; also a message that is passed on unread. */
export const bytes = (number: number): Field<Maybe<Uint8Array>> =>
  delimited(
    number,
    (value) => value,
    (value) => value,
  )

export const message = <S extends Shape>(number: number, shape: S): Field<Maybe<Message<S>>> =>
  delimited<Message<S>>(
    number,
    (value) => encode(shape, value),
    (value) => decode(shape, value),
  )

export const flag = (number: number): Field<Maybe<boolean>> =>
  varint(
    number,
    (value) => (value ? 1n : 0n),
    (bits) => bits !== 0n,
  )

/** A signed whole number of 32 or 64 bits, or the number of an enumeration. */
export const integer = (number: number): Field<Maybe<bigint>> =>
  varint(
    number,
    (value) => value,
    (bits) => BigInt.asIntN(64, bits),
  )

export const double = (number: number): Field<Maybe<number>> => ({
  number,
  wireType: wireTypes.eightBytes,
  write(value) {
    if (value === undefined) return []
    const eight = new Uint8Array(8)
    new DataView(eight.buffer).setFloat64(0, value, true)
    return [keyBytes(number, wireTypes.eightBytes), eight]
  },
  read: (_, { bits }) => new Float64Array(BigInt64Array.of(BigInt.asIntN(64, bits)).buffer)[0],
  absent: () => undefined,
})

/** A field that may come many times. */
export const repeated = <T>(field: Field<Maybe<T>>): Field<T[]> => ({
  number: field.number,
  wireType: field.wireType,
  write: (values) => values.flatMap((value) => field.write(value)),
  read(before, raw) {
    const value = field.read(undefined, raw)
    if (value !== undefined) before.push(value)
    return before
  },
  absent: () => [],
})

/** A map from text; the field of its values has the number 2. */
export const mapOf = <T>(number: number, value: Field<Maybe<T>>): Field<Record<string, T>> => {
  const key = text(1)
  return {
    number,
    wireType: wireTypes.delimited,
    write: (map) =>
      Object.entries(map).flatMap(([name, entry]) =>
        delimitedBytes(number, Buffer.concat([...key.write(name), ...value.write(entry)])),
      ),
    read(before, raw) {
      const entry = decode({ key, value }, raw.bytes)
      if (entry.value !== undefined) before[entry.key ?? ''] = entry.value
      return before
    },
    // Without a prototype any name is a name, `__proto__` too.
    absent: () => Object.create(null) as Record<string, T>,
  }
}
