import type { Chunks } from './findings.js'

/**
 * Reads the first `bytes` of a stream (fewer only at its end) and gives them with the whole stream,
 * so that a decision never depends on how the bytes were cut into chunks.
 */
export async function peek(chunks: Chunks, bytes: number): Promise<{ head: Buffer; all: Chunks }> {
  const rest = chunks[Symbol.asyncIterator]()
  const seen: Buffer[] = []
  let size = 0
  while (size < bytes) {
    const next = await rest.next()
    if (next.done) break
    seen.push(next.value)
    size += next.value.length
  }
  return { head: Buffer.concat(seen).subarray(0, bytes), all: replay(seen, rest) }
}

async function* replay(seen: Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* seen
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}
