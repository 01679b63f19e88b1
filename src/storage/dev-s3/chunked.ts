import { createHash } from 'node:crypto'
import type { ChunkSignatures } from './chunk-signatures.js'
import { invalid } from './s3-error.js'

/**
 * Bytes of an `aws-chunked` body without its framing; trailers are added to `trailers` at its end. Signatures, where chunks
 * have them, are checked behind the bytes that they are of.
 */
export async function* unchunked(
  body: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
  signatures?: ChunkSignatures,
): AsyncGenerator<Uint8Array> {
  const reader = createReader(body)
  for (;;) {
    const [size = '', ...extensions] = (await reader.line()).split(';')
    const hash = createHash('sha256')
    let left = Number.parseInt(size, 16)
    if (!Number.isFinite(left)) throw invalid('IncompleteBody', 'A chunk has no length.')
    const isLast = left === 0
    while (left > 0) {
      const bytes = await reader.some(left)
      left -= bytes.length
      if (signatures) hash.update(bytes)
      yield bytes
    }
    signatures?.checkChunk(signatureIn(extensions), hash)
    if (isLast) break
    if ((await reader.line()) !== '') throw invalid('IncompleteBody', 'A chunk is too long.')
  }
  await readTrailers(reader, trailers, signatures)
}

const signatureIn = (extensions: readonly string[]): string | undefined =>
  extensions.find((one) => one.startsWith('chunk-signature='))?.slice('chunk-signature='.length)

const trailerSignature = 'x-amz-trailer-signature'

async function readTrailers(
  reader: Reader,
  trailers: Map<string, string>,
  signatures: ChunkSignatures | undefined,
): Promise<void> {
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const at = line.indexOf(':')
    trailers.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim())
  }
  const signed = [...trailers].filter(([name]) => name !== trailerSignature)
  if (signatures && signed.length > 0) {
    const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('')
    signatures.checkTrailers(trailers.get(trailerSignature), lines)
  }
}

type Reader = ReturnType<typeof createReader>

function createReader(body: AsyncIterable<Uint8Array>) {
  const chunks = body[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  async function fill(): Promise<void> {
    const next = await chunks.next()
    if (next.done) throw invalid('IncompleteBody', 'The body ended inside a chunk.')
    rest = rest.length === 0 ? Buffer.from(next.value) : Buffer.concat([rest, next.value])
  }
  return {
    async line(): Promise<string> {
      while (!rest.includes('\r\n')) await fill()
      const at = rest.indexOf('\r\n')
      const line = rest.toString('latin1', 0, at)
      rest = rest.subarray(at + 2)
      return line
    },
    async some(limit: number): Promise<Uint8Array> {
      if (rest.length === 0) await fill()
      const bytes = rest.subarray(0, limit)
      rest = rest.subarray(bytes.length)
      return bytes
    },
  }
}
