import { carriageReturn, lineFeed } from './clean-text.js'

export const quote = 0x22
export const backslash = 0x5c
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
  /** A copy of the chunk: line ends inside values are overwritten. */
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
  const { input } = cursor
  const { length } = input
  const start = cursor.read
  let { depth, inString, escaped } = value
  let at = start
  let complete = false
  while (at < length && !complete) {
    const byte = input[at]!
    if (inString && byte > carriageReturn && byte !== quote && byte !== backslash && !escaped) {
      at += 1
      continue
    }
    if (byte === lineFeed || byte === carriageReturn) {
      if (byte === lineFeed) cursor.line += 1
      // A raw line end inside a string is not JSON: a raw tab keeps it refused, and on one line.
      input[at] = inString ? tab : space
      escaped = false
    } else if (escaped) escaped = false
    else if (inString) {
      if (byte === backslash) escaped = true
      else if (byte === quote) {
        inString = false
        complete = depth === 0
      }
    } else if (byte === quote) inString = true
    // Brackets and braces differ in one bit, and so do the opening and the closing ones.
    else if ((byte | 0x20) === openBrace) depth += 1
    else if ((byte | 0x20) === closeBrace) {
      depth -= 1
      complete = depth === 0
    }
    at += 1
  }
  if (value.keep) cursor.written += input.copy(cursor.output, cursor.written, start, at)
  value.depth = depth
  value.inString = inString
  value.escaped = escaped
  cursor.read = at
  return complete
}
