import { type CompressionAlgorithmSpecification, compressionsAlgorithms } from '@platformatic/kafka'
import { decompress } from 'fzstd'

/** Lets the client read zstd on a Node that has none of its own (before 22.15). */
export function readZstd(): void {
  const zstd: CompressionAlgorithmSpecification = compressionsAlgorithms.zstd
  if (zstd.available) return
  zstd.decompressSync = (data) =>
    Buffer.from(decompress(Buffer.isBuffer(data) ? data : data.buffer))
}
