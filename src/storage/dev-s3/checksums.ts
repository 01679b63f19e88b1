import { createHash } from 'node:crypto'

export interface RunningChecksum {
  update(bytes: Uint8Array): void
  /** The value as a header carries it: base64. */
  value(): string
}

export const checksumNames = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const
export type ChecksumName = (typeof checksumNames)[number]

export const isChecksumName = (name: string): name is ChecksumName =>
  (checksumNames as readonly string[]).includes(name)

/** A checksum to feed with the bytes of a body. */
export function startChecksum(name: ChecksumName): RunningChecksum {
  if (name === 'crc64nvme') return startCrc64()
  if (name === 'crc32' || name === 'crc32c') return startCrc32(tables32[name])
  const hash = createHash(name)
  return { update: (bytes) => hash.update(bytes), value: () => hash.digest('base64') }
}

export function checksumOf(name: ChecksumName, bytes: Uint8Array): string {
  const checksum = startChecksum(name)
  checksum.update(bytes)
  return checksum.value()
}

function table32(polynomial: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1
    return rest
  })
}

const tables32 = { crc32: table32(0xedb88320), crc32c: table32(0x82f63b78) }

function startCrc32(table: Int32Array): RunningChecksum {
  let crc = -1
  return {
    update(bytes) {
      for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8)
    },
    value() {
      const result = Buffer.alloc(4)
      result.writeInt32BE(~crc)
      return result.toString('base64')
    },
  }
}

const table64 = Array.from({ length: 256 }, (_, byte) => {
  let rest = BigInt(byte)
  for (let bit = 0; bit < 8; bit++)
    rest = rest & 1n ? (rest >> 1n) ^ 0x9a6c9329ac4bc9b5n : rest >> 1n
  return rest
})
const high = Int32Array.from(table64, (entry) => Number(entry >> 32n) | 0)
const low = Int32Array.from(table64, (entry) => Number(entry & 0xffffffffn) | 0)

// Two halves of 32 bits: BigInt arithmetic for every byte would be a hundred times slower.
function startCrc64(): RunningChecksum {
  let top = -1
  let bottom = -1
  return {
    update(bytes) {
      for (let i = 0; i < bytes.length; i++) {
        const entry = (bottom ^ bytes[i]!) & 255
        bottom = ((bottom >>> 8) | (top << 24)) ^ low[entry]!
        top = (top >>> 8) ^ high[entry]!
      }
    },
    value() {
      const result = Buffer.alloc(8)
      result.writeInt32BE(~top, 0)
      result.writeInt32BE(~bottom, 4)
      return result.toString('base64')
    },
  }
}
