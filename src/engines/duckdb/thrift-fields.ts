/** Types of the Thrift compact protocol, as the low half of a field's head. */
const types = {
  true: 1,
  false: 2,
  byte: 3,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
} as const

/** A field of a Thrift struct in compact protocol, as it lies in its bytes. */
export interface ThriftField {
  id: number
  /** Where its head, its value and what follows begin. */
  head: number
  value: number
  end: number
}

/** What to make of fields of a struct, by id: of a whole number another one, of structs or lists of structs the same again. */
export interface Rewrite {
  readonly [id: number]: Rewrite | ((value: bigint) => bigint)
}

/** Fields of the struct that begins here, and where it ends. */
export function fieldsOf(bytes: Buffer, start: number): { fields: ThriftField[]; end: number } {
  const fields: ThriftField[] = []
  let head = start
  let id = 0
  for (; bytes[head] !== 0; head = fields.at(-1)!.end) {
    const step = bytes[head]! >> 4
    const number = step === 0 ? readVarint(bytes, head + 1) : undefined
    id = number ? Number(fromZigzag(number.value)) : id + step
    const value = number?.end ?? head + 1
    fields.push({ id, head, value, end: endOf(bytes, bytes[head]! & 15, value) })
  }
  return { fields, end: head + 1 }
}

/** The bytes of a struct with some of its whole numbers changed; all else stays as it is. */
export function rewritten(bytes: Buffer, start: number, rewrite: Rewrite): Buffer[] {
  const { fields, end } = fieldsOf(bytes, start)
  const parts = fields.flatMap(({ id, head, value, end }) => {
    const change = rewrite[id]
    if (change === undefined) return [bytes.subarray(head, end)]
    const body =
      typeof change === 'function'
        ? [zigzagVarint(change(wholeNumber(bytes, value)))]
        : rewrittenStructs(bytes, bytes[head]! & 15, value, change)
    return [bytes.subarray(head, value), ...body]
  })
  return [...parts, bytes.subarray(end - 1, end)]
}

function rewrittenStructs(bytes: Buffer, type: number, start: number, rewrite: Rewrite): Buffer[] {
  if (type === types.struct) return rewritten(bytes, start, rewrite)
  const { elements } = listOf(bytes, start)
  const body = elements.flatMap((element) => rewritten(bytes, element.start, rewrite))
  return [bytes.subarray(start, elements[0]?.start ?? listOf(bytes, start).end), ...body]
}

/** Where each element of a list begins and ends. */
export function listOf(
  bytes: Buffer,
  start: number,
): { elements: { start: number; end: number }[]; end: number } {
  const short = bytes[start]! >> 4
  const long = short === 15 ? readVarint(bytes, start + 1) : undefined
  const type = bytes[start]! & 15
  const elements: { start: number; end: number }[] = []
  let at = long?.end ?? start + 1
  for (let left = Number(long?.value ?? short); left > 0; left--) {
    // Within a list a truth is a byte of its own.
    const end = type <= types.false ? at + 1 : endOf(bytes, type, at)
    elements.push({ start: at, end })
    at = end
  }
  return { elements, end: at }
}

/** The head of a list of structs. */
export const structListHead = (length: number): Buffer =>
  length < 15
    ? Buffer.from([(length << 4) | types.struct])
    : Buffer.concat([Buffer.from([0xf0 | types.struct]), varint(BigInt(length))])

function endOf(bytes: Buffer, type: number, start: number): number {
  switch (type) {
    case types.true:
    case types.false:
      return start
    case types.byte:
      return start + 1
    case types.double:
      return start + 8
    case types.binary: {
      const length = readVarint(bytes, start)
      return length.end + Number(length.value)
    }
    case types.list:
    case types.set:
      return listOf(bytes, start).end
    case types.struct:
      return fieldsOf(bytes, start).end
    case types.map:
      throw new Error('Parquet footers hold no maps')
    default:
      return readVarint(bytes, start).end
  }
}

function readVarint(bytes: Buffer, start: number): { value: bigint; end: number } {
  let value = 0n
  let at = start
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[at++]!
    value |= BigInt(byte & 127) << shift
    if (byte < 128) return { value, end: at }
  }
}

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  for (let left = value; ; left >>= 7n) {
    if (left < 128n) return Buffer.from([...bytes, Number(left)])
    bytes.push(Number(left & 127n) | 128)
  }
}

const fromZigzag = (value: bigint): bigint => (value >> 1n) ^ -(value & 1n)

/** The whole number that begins here. */
export const wholeNumber = (bytes: Buffer, start: number): bigint =>
  fromZigzag(readVarint(bytes, start).value)

/** A whole number as the protocol writes it. */
export const zigzagVarint = (value: bigint): Buffer =>
  varint(value >= 0n ? value << 1n : (-value << 1n) - 1n)
