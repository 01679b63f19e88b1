import { carriageReturn, lineFeed, textFault } from './clean-text.js'
import { type CsvOpening, type CsvOptions, openCsv } from './csv-header.js'
import {
  afterLine,
  createShape,
  type Dialect,
  type RecordShape,
  type Run,
  scanRecord,
  scanRun,
} from './csv-record.js'
import {
  emptyRecord,
  enclosedQuotes,
  headerRecord,
  plainRecord,
  repairedRecord,
} from './csv-write.js'
import { type BadRowReason, type Chunks, type Findings, rejectRow } from './findings.js'
import { withoutCarriageReturns } from './line-ends.js'

interface Reading {
  readonly dialect: Dialect
  readonly width: number
  readonly maxRecordBytes: number
  readonly placeholder: Buffer
  readonly findings: Findings
  /** True from a bad line without end until its end. */
  skipping: boolean
}

/**
 * Lands CSV in one form: a header record, then records of exactly as many fields, ended by line feeds,
 * blank lines dropped. A bad record becomes one of empty fields and a bad row. Where quotes do not fit or a
 * record is too long, only its first line is rejected and reading resumes on the next: a quote that was never
 * closed must not swallow the records after it.
 */
export async function* landCsv(
  chunks: Chunks,
  findings: Findings,
  options: CsvOptions,
): AsyncGenerator<Buffer> {
  let reading: Reading | undefined
  const read = (data: Buffer, final: boolean): { used: number; out: Buffer[] } => {
    if (reading) return readRecords(data, 0, final, reading)
    const opening = openCsv(data, final, options, findings)
    if (opening === undefined) return { used: 0, out: [] }
    reading = startReading(opening, options, findings)
    const { used, out } = readRecords(data, opening.start, final, reading)
    return { used, out: [headerRecord(opening.header, opening.dialect), ...out] }
  }
  let pending: Buffer[] = []
  let size = 0
  let wanted = 1
  for await (const chunk of chunks) {
    pending.push(chunk)
    size += chunk.length
    if (size < wanted) continue
    const data = joined(pending)
    const { used, out } = read(data, false)
    if (out.length > 0) yield joined(out)
    if (findings.unreadable) return
    pending = [data.subarray(used)]
    size = data.length - used
    // An unfinished record is looked at again when it has doubled: long ones stay linear in time.
    wanted = 2 * size
  }
  const { out } = hasText(pending) ? read(joined(pending), true) : { out: [] }
  if (out.length > 0) yield joined(out)
}

const joined = (buffers: Buffer[]): Buffer =>
  buffers.length === 1 ? buffers[0]! : Buffer.concat(buffers)

const hasText = (buffers: readonly Buffer[]): boolean =>
  buffers.some((buffer) => buffer.some((byte) => byte !== lineFeed && byte !== carriageReturn))

function startReading(opening: CsvOpening, options: CsvOptions, findings: Findings): Reading {
  const { dialect, header } = opening
  findings.header = header
  findings.delimiter = String.fromCharCode(dialect.delimiter)
  return {
    dialect,
    width: header.length,
    maxRecordBytes: options.maxRecordBytes,
    placeholder: emptyRecord(header.length, dialect),
    findings,
    skipping: false,
  }
}

/** Reads whole records; those that need no change pass as one slice. Gives the offset of what is unfinished. */
function readRecords(data: Buffer, from: number, final: boolean, reading: Reading) {
  const out: Buffer[] = []
  const shape = createShape()
  const { dialect, width, maxRecordBytes } = reading
  // Looked at once for all whole lines: records are looked at one by one only when this fails.
  const lines = data.lastIndexOf(lineFeed) + 1
  const textEnd = textFault(data.subarray(from, lines)) === undefined ? lines : 0
  let at = reading.skipping ? afterSkipped(data, from, reading) : from
  while (at < data.length) {
    const run = scanRun(data, at, dialect, width, maxRecordBytes)
    passRun(data, at, run, textEnd, reading, out)
    at = run.end
    if (at === data.length) break
    scanRecord(data, at, dialect, final, shape)
    // One byte more than allowed may be the first of a CRLF.
    if (shape.verdict === 'incomplete' && data.length - at <= maxRecordBytes + 1) break
    at = passRecord(data, at, shape, textEnd, reading, out)
  }
  return { used: at, out }
}

function afterSkipped(data: Buffer, from: number, reading: Reading): number {
  const next = afterLine(data, from)
  reading.skipping = next === -1
  return next === -1 ? data.length : next
}

/** Passes a run of records on as one slice, or one by one when some are no text or hold line ends of their own. */
function passRun(
  data: Buffer,
  from: number,
  run: Run,
  textEnd: number,
  reading: Reading,
  out: Buffer[],
): void {
  const mixed = run.hasCrlf && run.hasQuotedCr
  if (run.end <= textEnd && !mixed) {
    reading.findings.rows += run.rows
    const records = data.subarray(from, run.end)
    const lines = run.hasCrlf ? withoutCarriageReturns(records) : records
    if (run.rows > 0) out.push(run.hasStrayQuote ? enclosedQuotes(lines, reading.dialect) : lines)
    return
  }
  const shape = createShape()
  for (let at = from; at < run.end; ) {
    scanRecord(data, at, reading.dialect, true, shape)
    at = passRecord(data, at, shape, textEnd, reading, out)
  }
}

/** Writes or rejects one record and gives the offset where reading goes on. */
function passRecord(
  data: Buffer,
  at: number,
  shape: RecordShape,
  textEnd: number,
  reading: Reading,
  out: Buffer[],
): number {
  const { verdict, contentEnd, end } = shape
  const known = verdict === 'complete' || verdict === 'malformed_quote'
  const length = (known ? contentEnd : data.length) - at
  if (length > reading.maxRecordBytes || verdict === 'incomplete')
    return rejectLine(data, at, 'record_too_long', reading, out)
  if (verdict !== 'complete') return rejectLine(data, at, verdict, reading, out)
  if (length === 0) return end
  const record = data.subarray(at, contentEnd)
  const fault = end <= textEnd ? undefined : textFault(record)
  if (fault) reject(fault, reading, out)
  else writeRecord(record, shape, reading, out)
  return end
}

function writeRecord(record: Buffer, shape: RecordShape, reading: Reading, out: Buffer[]): void {
  const { dialect, width, findings } = reading
  const whole = shape.fields === width && !shape.strayQuote
  const written = whole ? plainRecord(record) : repairedRecord(record, width, dialect)
  if (written === undefined) {
    reject('too_many_columns', reading, out)
    return
  }
  findings.rows += 1
  out.push(written)
}

function reject(reason: BadRowReason, reading: Reading, out: Buffer[]): void {
  rejectRow(reading.findings, reason)
  out.push(reading.placeholder)
}

function rejectLine(
  data: Buffer,
  at: number,
  reason: BadRowReason,
  reading: Reading,
  out: Buffer[],
): number {
  reject(reason, reading, out)
  return afterSkipped(data, at, reading)
}
