import { lineFeed } from './clean-text.js'
import { type Chunks, errorCode, type Findings, refuse } from './findings.js'
import { peek } from './peek.js'

/** Gives the text as UTF-8 without its byte-order mark; UTF-16 is known by its mark or its first character. */
export async function decodedText(chunks: Chunks, findings: Findings): Promise<Chunks> {
  const { head, all } = await peek(chunks, 4)
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return withoutFirst(all, 3)
  if (head[0] === 0xff && head[1] === 0xfe) return fromUtf16('utf-16le', all, findings)
  if (head[0] === 0xfe && head[1] === 0xff) return fromUtf16('utf-16be', all, findings)
  // RFC 4627 section 3: text begins with ASCII, so the place of the NULs tells the encoding.
  const nuls = [...head].map((byte) => (byte === 0 ? '0' : 'x')).join('')
  if (nuls === 'x0x0') return fromUtf16('utf-16le', all, findings)
  if (nuls === '0x0x') return fromUtf16('utf-16be', all, findings)
  return all
}

async function* withoutFirst(chunks: Chunks, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const chunk of chunks) {
    const cut = Math.min(left, chunk.length)
    left -= cut
    if (cut < chunk.length) yield chunk.subarray(cut)
  }
}

async function* fromUtf16(
  encoding: 'utf-16le' | 'utf-16be',
  chunks: Chunks,
  findings: Findings,
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  try {
    for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }))
    yield Buffer.from(decoder.decode())
  } catch (error) {
    if (errorCode(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error
    refuse(findings, {
      reason: 'invalid_encoding',
      expected: `${encoding} text, as its first bytes say`,
      found: 'bytes that are not',
      remedy: 'Export the file as UTF-8.',
    })
  }
}

/** Drops the first lines of a text, such as the title lines of an ad report. */
export async function* withoutLines(chunks: Chunks, lines: number): AsyncGenerator<Buffer> {
  let left = lines
  for await (const chunk of chunks) {
    let from = 0
    for (; left > 0 && from < chunk.length; left -= 1) {
      const end = chunk.indexOf(lineFeed, from)
      if (end === -1) break
      from = end + 1
    }
    if (left === 0 && from < chunk.length) yield chunk.subarray(from)
  }
}
