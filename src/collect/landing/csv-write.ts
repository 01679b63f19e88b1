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

const delimiterOf = (dialect: Dialect): string => String.fromCharCode(dialect.delimiter)

const rewritten = (raw: string, dialect: Dialect): string =>
  dialect.quoted && raw.startsWith('"') ? raw : enclosed(raw, dialect)

function enclosed(text: string, dialect: Dialect): string {
  const plain = text !== '' && !/["\r\n]/.test(text) && !text.includes(delimiterOf(dialect))
  return plain || text === '' ? text : `"${text.replaceAll('"', '""')}"`
}
