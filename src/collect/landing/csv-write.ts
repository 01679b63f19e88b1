import { type Dialect, rawFields } from './csv-record.js'

const lineFeed = Buffer.from('\n')

/** The header record of the landed file. */
export const headerRecord = (header: readonly string[], dialect: Dialect): Buffer =>
  Buffer.from(`${header.map((name) => enclosed(name, dialect)).join(delimiterOf(dialect))}\n`)

/** The record that stands where a bad one was: as many empty fields as the file has columns. */
export const emptyRecord = (width: number, dialect: Dialect): Buffer =>
  Buffer.from(`""${delimiterOf(dialect).repeat(width - 1)}\n`)

/** A record as it is, ended by a line feed. */
export const plainRecord = (record: Buffer): Buffer => Buffer.concat([record, lineFeed])

/**
 * A record of exactly `width` fields that every reader understands alike: missing fields are empty,
 * superfluous empty ones go, stray quotes are enclosed. Undefined when a superfluous field holds something.
 */
export function repairedRecord(
  record: Buffer,
  width: number,
  dialect: Dialect,
): Buffer | undefined {
  const fields = rawFields(record, dialect)
  if (fields.slice(width).some((field) => field !== '' && field !== '""')) return undefined
  while (fields.length < width) fields.push('')
  const written = fields.slice(0, width).map((field) => rewritten(field, dialect))
  // A lone empty field would be a blank line.
  if (width === 1 && written[0] === '') written[0] = '""'
  return Buffer.from(`${written.join(delimiterOf(dialect))}\n`, 'latin1')
}

/** Whole records in which a quote means nothing, with every field that holds one enclosed. */
export function enclosedQuotes(records: Buffer, dialect: Dialect): Buffer {
  const text = records.toString('latin1')
  const delimiter = delimiterOf(dialect)
  const out: string[] = []
  let from = 0
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', from)) {
    // Only near text is searched: a file of one column has no delimiter to find.
    const before = text.slice(from, at)
    const start = from + Math.max(before.lastIndexOf(delimiter), before.lastIndexOf('\n')) + 1
    const line = text.slice(at, text.indexOf('\n', at))
    const fieldEnd = line.indexOf(delimiter)
    const end = at + (fieldEnd === -1 ? line.length : fieldEnd)
    out.push(text.slice(from, start), inQuotes(text.slice(start, end)))
    from = end
  }
  return Buffer.from(out.join('') + text.slice(from), 'latin1')
}

const delimiterOf = (dialect: Dialect): string => String.fromCharCode(dialect.delimiter)

// A raw field that is not enclosed holds no delimiter and no line end, only perhaps a stray quote.
const rewritten = (raw: string, dialect: Dialect): string =>
  !raw.includes('"') || (dialect.quoted && raw.startsWith('"')) ? raw : inQuotes(raw)

const enclosed = (text: string, dialect: Dialect): string =>
  /["\r\n]/.test(text) || text.includes(delimiterOf(dialect)) ? inQuotes(text) : text

const inQuotes = (text: string): string => `"${text.replaceAll('"', '""')}"`
