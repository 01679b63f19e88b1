import { carriageReturn, lineFeed } from './clean-text.js'

export const quote = 0x22

/** How fields are told apart: one delimiter byte, and whether quotes have a meaning (RFC 4180) or none (TSV). */
export interface Dialect {
  readonly delimiter: number
  readonly quoted: boolean
}

/** What one record looks like; reused from record to record, since millions are looked at. */
export interface RecordShape {
  verdict: 'complete' | 'incomplete' | 'malformed_quote' | 'unclosed_quote'
  /** Offset after the last byte of the record, without its line end. */
  contentEnd: number
  /** Offset after the line end. */
  end: number
  fields: number
  /** A quote that does not enclose a field; it is written quoted, since readers differ on it. */
  strayQuote: boolean
}

export const createShape = (): RecordShape => ({
  verdict: 'incomplete',
  contentEnd: 0,
  end: 0,
  fields: 0,
  strayQuote: false,
})

/** Looks at the record that begins at `start`; `final` says that no bytes follow `data`. */
export function scanRecord(
  data: Buffer,
  start: number,
  dialect: Dialect,
  final: boolean,
  shape: RecordShape,
): void {
  const { delimiter, quoted } = dialect
  shape.fields = 1
  shape.strayQuote = false
  let at = start
  for (;;) {
    if (quoted && data[at] === quote) at = afterQuotes(data, at, final, shape)
    else at = afterPlain(data, at, delimiter, shape)
    if (at === -1) return
    const byte = data[at]
    if (byte !== delimiter) {
      endRecord(data, at, final, shape)
      return
    }
    shape.fields += 1
    at += 1
  }
}

function afterPlain(data: Buffer, from: number, delimiter: number, shape: RecordShape): number {
  const { length } = data
  let at = from
  for (; at < length; at += 1) {
    const byte = data[at]
    if (byte === delimiter || byte === lineFeed || byte === carriageReturn) break
    if (byte === quote) shape.strayQuote = true
  }
  return at
}

/** Gives the offset after the closing quote, or -1 with the verdict set. */
function afterQuotes(data: Buffer, from: number, final: boolean, shape: RecordShape): number {
  let close = data.indexOf(quote, from + 1)
  while (close !== -1 && data[close + 1] === quote) close = data.indexOf(quote, close + 2)
  const next = close === -1 ? data.length : close + 1
  if (next === data.length && !final) shape.verdict = 'incomplete'
  else shape.verdict = close === -1 ? 'unclosed_quote' : 'complete'
  return shape.verdict === 'complete' ? next : -1
}

function endRecord(data: Buffer, at: number, final: boolean, shape: RecordShape): void {
  const byte = data[at]
  shape.contentEnd = at
  shape.end = at
  if (byte === undefined) shape.verdict = final ? 'complete' : 'incomplete'
  else if (byte === lineFeed) finish(shape, at + 1)
  else if (byte !== carriageReturn) shape.verdict = 'malformed_quote'
  else if (at + 1 === data.length && !final) shape.verdict = 'incomplete'
  else finish(shape, data[at + 1] === lineFeed ? at + 2 : at + 1)
}

function finish(shape: RecordShape, end: number): void {
  shape.verdict = 'complete'
  shape.end = end
}

/** Whole records that need no change, one after another. */
export interface Run {
  end: number
  rows: number
  /** Some records end with CRLF. */
  hasCrlf: boolean
  /** Some quoted field holds a CR, which must stay. */
  hasQuotedCr: boolean
  /** Where quotes mean nothing: some field holds one. */
  hasStrayQuote: boolean
}

/**
 * Reads records from `start` as long as they are complete, of `width` fields, not blank, not longer than allowed,
 * ended by LF or CRLF, and without stray quotes. One tight loop, since nearly every byte of a good file passes here.
 */
export function scanRun(
  data: Buffer,
  start: number,
  dialect: Dialect,
  width: number,
  maxRecordBytes: number,
): Run {
  const { delimiter, quoted } = dialect
  const { length } = data
  const highest = Math.max(delimiter, quote)
  const run: Run = {
    end: start,
    rows: 0,
    hasCrlf: false,
    hasQuotedCr: false,
    hasStrayQuote: false,
  }
  let field = start
  let fields = 1
  let at = start
  while (at < length) {
    const byte = data[at]!
    if (byte > highest) {
      at += 1
      continue
    }
    if (byte === delimiter) {
      fields += 1
      field = at + 1
    } else if (byte === lineFeed || byte === carriageReturn) {
      const crlf = byte === carriageReturn
      if (fields !== width || at === run.end || at - run.end > maxRecordBytes) break
      if (crlf && (at + 1 === length || data[at + 1] !== lineFeed)) break
      if (crlf) at += 1
      run.hasCrlf ||= crlf
      run.rows += 1
      run.end = at + 1
      field = run.end
      fields = 1
    } else if (byte === quote) {
      if (!quoted) run.hasStrayQuote = true
      else if (at !== field) break
      else {
        at = closingQuote(data, at + 1, run)
        // After it, only a delimiter or a line end is right; the next turn sees which.
        const next = data[at + 1]
        if (at === length) break
        if (next !== delimiter && next !== lineFeed && next !== carriageReturn) break
      }
    }
    at += 1
  }
  return run
}

/** Gives the offset of the closing quote, or the end of data when what follows it is not there. */
function closingQuote(data: Buffer, from: number, run: Run): number {
  const { length } = data
  for (let at = from; at < length; at += 1) {
    const byte = data[at]!
    if (byte > quote) continue
    if (byte === carriageReturn) run.hasQuotedCr = true
    if (byte !== quote) continue
    if (at + 1 === length) return length
    if (data[at + 1] !== quote) return at
    at += 1
  }
  return length
}

/** Gives the offset after the first line end at or after `from`, or -1. */
export function afterLine(data: Buffer, from: number): number {
  for (let at = from; at < data.length; at += 1)
    if (data[at] === lineFeed || data[at] === carriageReturn) return at + 1
  return -1
}

/** Splits a record into its raw fields, quotes kept, as text of one character a byte. */
export function rawFields(record: Buffer, dialect: Dialect): string[] {
  if (!dialect.quoted)
    return record.toString('latin1').split(String.fromCharCode(dialect.delimiter))
  const fields: string[] = []
  const shape = createShape()
  for (let at = 0, from = 0; at <= record.length; from = at + 1, at = from) {
    at =
      dialect.quoted && record[at] === quote
        ? afterQuotes(record, at, true, shape)
        : afterPlain(record, at, dialect.delimiter, shape)
    fields.push(record.toString('latin1', from, at))
  }
  return fields
}
