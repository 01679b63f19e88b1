/** How a field lies on the wire: protobuf's wire types, of which groups are no longer in use. */
export const wireTypes = { varint: 0, eightBytes: 1, delimited: 2, fourBytes: 5 } as const

export interface RawField {
  number: number
  wireType: number
  /** Of a varint and of eight bytes: the value's 64 bits. */
  bits: bigint
  /** Of a delimited field: its bytes, which share the memory of the message. */
  bytes: Uint8Array
}

const noBytes = new Uint8Array()

/** The fields of an encoded message, in order; throws where the bytes are no protobuf message. */
export function* fieldsOf(message: Uint8Array): Generator<RawField> {
  let at = 0
  const take = (count: number): Uint8Array => {
    if (at + count > message.length) throw cutShort(at)
    at += count
    return message.subarray(at - count, at)
  }
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = take(1)[0]!
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new RangeError(`byte ${at}: expected a varint of ten bytes at most, found a longer one`)
  }
  while (at < message.length) {
    const key = Number(varint())
    const field: RawField = { number: key >>> 3, wireType: key & 7, bits: 0n, bytes: noBytes }
    if (field.wireType === wireTypes.varint) field.bits = varint()
    else if (field.wireType === wireTypes.eightBytes) field.bits = littleEndian(take(8))
    else if (field.wireType === wireTypes.fourBytes) field.bits = littleEndian(take(4))
    else if (field.wireType === wireTypes.delimited) field.bytes = take(Number(varint()))
    else throw new RangeError(`byte ${at}: expected a wire type, found ${field.wireType}`)
    yield field
  }
}

const cutShort = (at: number): RangeError =>
  new RangeError(`byte ${at}: expected more bytes, found the end of the message`)

const littleEndian = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)

/** Bytes of a varint; a negative number is its 64-bit two's complement. */
export function varintBytes(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  return Uint8Array.from([...bytes, Number(rest)])
}

/** The bytes that open a field: its number and wire type. */
export const keyBytes = (number: number, wireType: number): Uint8Array =>
  varintBytes(BigInt(number * 8 + wireType))

export const delimitedBytes = (number: number, bytes: Uint8Array): Uint8Array[] => [
  keyBytes(number, wireTypes.delimited),
  varintBytes(BigInt(bytes.length)),
  bytes,
]
