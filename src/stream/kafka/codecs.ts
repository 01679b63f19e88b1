import { type CompressionAlgorithmSpecification, compressionsAlgorithms } from '@platformatic/kafka'
import { decompress } from 'fzstd'

type Decompress = CompressionAlgorithmSpecification['decompressSync']

/** Begins what Java's producers and brokers compress with snappy: then come blocks, each behind its length. */
const frameMark = Buffer.from('\x82SNAPPY\0', 'latin1')
const frameHeaderBytes = 16

let isMended = false

/** Lets the client read what it cannot by itself: Java's snappy, and zstd on a Node without it (before 22.15). */
export function mendCodecs(): void {
  if (isMended) return
  isMended = true
  const { snappy, zstd }: Record<'snappy' | 'zstd', CompressionAlgorithmSpecification> =
    compressionsAlgorithms
  const readBlock = snappy.decompressSync
  snappy.decompressSync = (data) => readSnappy(bytesOf(data), readBlock)
  if (!zstd.available) zstd.decompressSync = (data) => Buffer.from(decompress(bytesOf(data)))
}

const bytesOf = (data: Parameters<Decompress>[0]): Buffer =>
  Buffer.isBuffer(data) ? data : data.buffer

function readSnappy(data: Buffer, readBlock: Decompress): Buffer {
  if (!data.subarray(0, frameMark.length).equals(frameMark)) return readBlock(data)
  const blocks: Buffer[] = []
  for (let at = frameHeaderBytes; at < data.length; ) {
    const start = at + 4
    at = start + data.readInt32BE(at)
    blocks.push(readBlock(data.subarray(start, at)))
  }
  return Buffer.concat(blocks)
}
