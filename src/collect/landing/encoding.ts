import type { Chunks } from './findings.js'

/** The standard's name of an encoding of text (https://encoding.spec.whatwg.org), or undefined when it cannot be read. */
export function encodingOf(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding
  } catch {
    return undefined
  }
}

/** What the bytes 80 to 9f stand for in windows-1252; all others are the code points of their own number. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** Text of an encoding, as its standard names it, in UTF-8; throws a TypeError at bytes that are none. */
export function inUtf8(encoding: string, chunks: Chunks): Chunks {
  // TextDecoder takes windows-1252 for latin1 in Node 20.18.3 to 24 (nodejs/node#56542) and so loses € and quotes.
  return encoding === 'windows-1252' ? fromWindows1252(chunks) : decoded(encoding, chunks)
}

async function* fromWindows1252(chunks: Chunks): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    const text = chunk.toString('latin1')
    yield Buffer.from(
      text.replace(/[\u0080-\u009f]/g, (found) => windows1252[found.charCodeAt(0) - 0x80]!),
    )
  }
}

async function* decoded(encoding: string, chunks: Chunks): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }))
  yield Buffer.from(decoder.decode())
}
