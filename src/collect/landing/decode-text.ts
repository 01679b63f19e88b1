import { lineFeed } from './clean-text.js'
import { encodingOf, inUtf8 } from './encoding.js'
import { type Chunks, errorCode, type Findings, refuse } from './findings.js'
import { peek } from './peek.js'

/**
 * Gives the text as UTF-8 without its byte-order mark. A mark tells the encoding, else the config does, else UTF-16 is
 * known by its first character.
 */
export async function decodedText(
  chunks: Chunks,
  findings: Findings,
  configured = 'utf-8',
): Promise<Chunks> {
  const { head, all } = await peek(chunks, 4)
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return withoutFirst(all, 3)
  const encoding = markedEncoding(head) ?? encodingOf(configured) ?? 'utf-8'
  if (encoding !== 'utf-8') return decodedOrRefused(encoding, all, findings)
  const guessed = guessedEncoding(head)
  return guessed ? decodedOrRefused(guessed, all, findings) : all
}

function markedEncoding(head: Buffer): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined
}

/** RFC 4627 section 3: text begins with ASCII, so the place of the NULs tells the encoding. */
function guessedEncoding(head: Buffer): string | undefined {
  const nuls = [...head].map((byte) => (byte === 0 ? '0' : 'x')).join('')
  if (nuls === 'x0x0') return 'utf-16le'
  return nuls === '0x0x' ? 'utf-16be' : undefined
}

async function* withoutFirst(chunks: Chunks, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const chunk of chunks) {
    const cut = Math.min(left, chunk.length)
    left -= cut
    if (cut < chunk.length) yield chunk.subarray(cut)
  }
}

async function* decodedOrRefused(
  encoding: string,
  chunks: Chunks,
  findings: Findings,
): AsyncGenerator<Buffer> {
  try {
    yield* inUtf8(encoding, chunks)
  } catch (error) {
    if (errorCode(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error
    refuse(findings, {
      reason: 'invalid_encoding',
      expected: `${encoding} text, as its first bytes or the config say`,
      found: 'bytes that are not',
      remedy: 'Export the file as UTF-8, or correct the encoding of the source.',
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
