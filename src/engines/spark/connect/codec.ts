import { fieldsOf, type RawField } from './wire.js'

/** One field of a message: how it is written, and what it holds after each time that it is read. */
export interface Field<T> {
  number: number
  wireType: number
  /** The field with its key; nothing where there is no value. */
  write(value: T): Uint8Array[]
  read(before: T, raw: RawField): T
  /** What a message without the field holds. */
  absent(): T
}

/** A message as a table of its fields; fields of newer servers, which it does not name, are passed over. */
export type Shape = Readonly<Record<string, Field<unknown>>>

export type Decoded<S extends Shape> = {
  [Name in keyof S]: S[Name] extends Field<infer T> ? T : never
}
/** A message to write, or one within another; what it lacks is absent. */
export type Message<S extends Shape> = Partial<Decoded<S>>

/** Bytes of a message, its fields in the order of their numbers. */
export function encode<S extends Shape>(shape: S, message: Message<S>): Uint8Array {
  const fields = Object.entries(shape).sort(([, a], [, b]) => a.number - b.number)
  const parts = fields.flatMap(([name, field]) =>
    message[name] === undefined ? [] : field.write(message[name]),
  )
  return Buffer.concat(parts)
}

/** A message of its bytes; throws where they are cut short or not of this shape. */
export function decode<S extends Shape>(shape: S, bytes: Uint8Array): Decoded<S> {
  const message = Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [name, field.absent()]),
  )
  const names = new Map(Object.entries(shape).map(([name, { number }]) => [number, name]))
  for (const raw of fieldsOf(bytes)) {
    const name = names.get(raw.number)
    if (name === undefined) continue
    const field = shape[name]!
    if (field.wireType !== raw.wireType)
      throw new RangeError(`${name}: expected wire type ${field.wireType}, found ${raw.wireType}`)
    message[name] = field.read(message[name], raw)
  }
  return message as Decoded<S>
}
