import { carriageReturn, countLines, lineFeed, textFault } from './clean-text.js'
import {
  afterLine,
  createShape,
  type Dialect,
  quote,
  type RecordShape,
  rawFields,
  scanRecord,
} from './csv-record.js'
import { type Findings, refuse } from './findings.js'

export interface CsvOptions {
  /** One character; found from the header record when not given. */
  delimiter?: string
  /** False for plain TSV, where a quote is a character like any other. */
  quoted: boolean
  /** Names of the columns of a file without header. */
  columns?: readonly string[]
  maxRecordBytes: number
}

/** How the records of a file are read, and where the first of them begins. */
export interface CsvOpening {
  dialect: Dialect
  header: string[]
  start: number
}

const candidates = [',', ';', '\t', '|']

/**
 * Reads the header record, after blank lines and an Excel `sep=` line. Gives undefined when `data` ends
 * too early to tell, or with the object refused when the header cannot be read.
 */
export function openCsv(
  data: Buffer,
  final: boolean,
  options: CsvOptions,
  findings: Findings,
): CsvOpening | undefined {
  const separator = separatorLine(data, afterBlank(data, 0), final)
  if (separator === undefined) return undefined
  const start = afterBlank(data, separator.end)
  const delimiter =
    options.delimiter ??
    separator.delimiter ??
    detectDelimiter(data, start, final, options.maxRecordBytes)
  if (delimiter === undefined) return undefined
  const dialect = { delimiter: delimiter.charCodeAt(0), quoted: options.quoted }
  if (options.columns) return { dialect, header: [...options.columns], start }
  const shape = createShape()
  scanRecord(data, start, dialect, final, shape)
  const ended = shape.verdict === 'complete' || shape.verdict === 'malformed_quote'
  const record = data.subarray(start, ended ? shape.contentEnd : data.length)
  const fault = headerFault(record, shape.verdict, options.maxRecordBytes)
  if (fault === 'incomplete') return undefined
  if (fault) return refuseHeader(findings, data, start, fault)
  const header = rawFields(record, dialect).map((field) => fieldText(field, dialect))
  return { dialect, header, start: shape.end }
}

function headerFault(record: Buffer, verdict: RecordShape['verdict'], maxRecordBytes: number) {
  // One byte more than allowed may be the first of a CRLF.
  const limit = verdict === 'incomplete' ? maxRecordBytes + 1 : maxRecordBytes
  if (record.length > limit) return 'record_too_long'
  return verdict === 'complete' ? textFault(record) : verdict
}

/** The text of a raw field, unquoted and decoded. */
function fieldText(raw: string, dialect: Dialect): string {
  const quoted = dialect.quoted && raw.startsWith('"')
  return Buffer.from(quoted ? raw.slice(1, -1).replaceAll('""', '"') : raw, 'latin1').toString()
}

function afterBlank(data: Buffer, from: number): number {
  let at = from
  while (data[at] === lineFeed || data[at] === carriageReturn) at += 1
  return at
}

/** Excel may announce its delimiter in a first line `sep=;`. */
function separatorLine(data: Buffer, from: number, final: boolean) {
  const line = 'sep=x\n'.length
  if (data.length < from + line && !final) return undefined
  const found = /^sep=(.)[\r\n]/i.exec(data.toString('latin1', from, from + line))
  return found
    ? { delimiter: found[1]!, end: afterLine(data, from) }
    : { delimiter: undefined, end: from }
}

/** The most frequent candidate outside quotes in the first record; a comma when there is none. */
function detectDelimiter(data: Buffer, from: number, final: boolean, maxBytes: number) {
  const counts = candidates.map(() => 0)
  let quoted = false
  const end = Math.min(data.length, from + maxBytes)
  for (let at = from; at < end; at += 1) {
    const byte = data[at]!
    if (byte === quote) quoted = !quoted
    if (quoted) continue
    if (byte === lineFeed || byte === carriageReturn) return mostFrequent(counts)
    const candidate = candidates.indexOf(String.fromCharCode(byte))
    if (candidate !== -1) counts[candidate]! += 1
  }
  return final || end < data.length ? mostFrequent(counts) : undefined
}

const mostFrequent = (counts: readonly number[]): string =>
  candidates[counts.indexOf(Math.max(...counts))]!

const faults: Record<string, string> = {
  invalid_utf8: 'bytes that are not UTF-8',
  nul_byte: 'a NUL byte',
  malformed_quote: 'text after a closing quote',
  unclosed_quote: 'a quote that is never closed',
  record_too_long: 'no line end within the longest record allowed',
}

function refuseHeader(findings: Findings, data: Buffer, start: number, fault: string): undefined {
  refuse(findings, {
    reason: 'bad_header',
    expected: 'a header record in UTF-8',
    found: faults[fault] ?? fault,
    line: 1 + countLines(data.subarray(0, start)),
    remedy: 'Export the file as UTF-8 CSV, and set delimiter and skip_lines if it is not plain.',
  })
}
