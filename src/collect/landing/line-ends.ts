import { carriageReturn, lineFeed } from './clean-text.js'
import type { Chunks } from './findings.js'

/**
 * Makes every line end one line feed and drops blank lines, so that records can be counted by line feeds.
 * CR, LF and CRLF all end a line: a raw CR cannot stand inside valid JSON text.
 */
export async function* unifyLineEnds(chunks: Chunks): AsyncGenerator<Buffer> {
  let atLineStart = true
  for await (const chunk of chunks) {
    const plain = withoutCarriageReturns(chunk)
    const lines: Buffer = isTidy(plain, atLineStart) ? plain : tidied(plain, atLineStart)
    if (lines.length === 0) continue
    atLineStart = lines[lines.length - 1] === lineFeed
    yield lines
  }
}

/** Makes CRLF a line feed, whole stretches at a time; a chunk with any other CR comes back as it is. */
export function withoutCarriageReturns(chunk: Buffer): Buffer {
  let at = chunk.indexOf(carriageReturn)
  if (at === -1) return chunk
  const out = Buffer.allocUnsafe(chunk.length)
  let size = 0
  let from = 0
  for (; at !== -1; at = chunk.indexOf(carriageReturn, from)) {
    if (chunk[at + 1] !== lineFeed) return chunk
    size += chunk.copy(out, size, from, at)
    from = at + 1
  }
  size += chunk.copy(out, size, from)
  return out.subarray(0, size)
}

const isTidy = (chunk: Buffer, atLineStart: boolean): boolean =>
  chunk.indexOf(carriageReturn) === -1 &&
  chunk.indexOf('\n\n', 0, 'latin1') === -1 &&
  !(atLineStart && chunk[0] === lineFeed)

function tidied(chunk: Buffer, atLineStart: boolean): Buffer {
  const out = Buffer.allocUnsafe(chunk.length)
  let size = 0
  let ended = atLineStart
  for (let at = 0; at < chunk.length; at += 1) {
    const byte = chunk[at]!
    const ends = byte === lineFeed || byte === carriageReturn
    if (ends && ended) continue
    out[size++] = ends ? lineFeed : byte
    ended = ends
  }
  return out.subarray(0, size)
}
