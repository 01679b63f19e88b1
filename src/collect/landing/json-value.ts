import { carriageReturn, lineFeed } from './clean-text.js'

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c
const space = 0x20
const tab = 0x09

/** One JSON value on its way through the scanner, which may end inside it and go on with the next chunk. */
export interface OpenValue {
  /** False for a value that is passed over. */
  keep: boolean
  scalar: boolean
  depth: number
  inString: boolean
  escaped: boolean
}

/** Where the scanner stands: bytes read, bytes written, line of the text. */
export interface Cursor {
  readonly input: Buffer
  readonly output: Buffer
  read: number
  written: number
  line: number
}

/** Opens the value that begins with `byte`. */
export const openValue = (byte: number, keep: boolean): OpenValue => ({
  keep,
  scalar: byte !== openBrace && byte !== openBracket && byte !== quote,
  depth: 0,
  inString: false,
  escaped: false,
})

/** Reads on in a value; true when it is complete. What is written stays on one line. */
export const advanceValue = (cursor: Cursor, value: OpenValue): boolean =>
  value.scalar ? advanceScalar(cursor, value) : advanceNested(cursor, value)

/** A scalar ends before a comma, a closing bracket or the end of its line; the caller reads that byte. */
function advanceScalar(cursor: Cursor, value: OpenValue): boolean {
  const { input, output } = cursor
  for (; cursor.read < input.length; cursor.read += 1) {
    const byte = input[cursor.read]!
    if (byte === comma || byte === closeBracket || byte === closeBrace) return true
    if (byte === lineFeed || byte === carriageReturn) return true
    if (value.keep) output[cursor.written++] = byte
  }
  return false
}

function advanceNested(cursor: Cursor, value: OpenValue): boolean {
  const { input, output } = cursor
  const { keep } = value
  let { depth, inString, escaped } = value
  let { read, written, line } = cursor
  let complete = false
  while (read < input.length && !complete) {
    let byte = input[read++]!
    if (byte === lineFeed || byte === carriageReturn) {
      if (byte === lineFeed) line += 1
      // A raw line end inside a string is not JSON: a raw tab keeps it refused, and on one line.
      byte = inString ? tab : space
    }
    if (keep) output[written++] = byte
    if (inString) {
      if (escaped) escaped = false
      else if (byte === backslash) escaped = true
      else if (byte === quote) {
        inString = false
        complete = depth === 0
      }
    } else if (byte === quote) inString = true
    else if (byte === openBrace || byte === openBracket) depth += 1
    else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1
      complete = depth === 0
    }
  }
  Object.assign(value, { depth, inString, escaped })
  Object.assign(cursor, { read, written, line })
  return complete
}
