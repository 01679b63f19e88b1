/** A record that was read but cannot be kept; its place in the landed file holds an empty record. */
export interface BadRow {
  /** Ordinal of the record in the landed file, from 1. */
  rowNumber: number
  reason: BadRowReason
}

export const badRowReasons = [
  'invalid_utf8',
  'nul_byte',
  'record_too_long',
  'malformed_quote',
  'unclosed_quote',
  'too_many_columns',
] as const

export type BadRowReason = (typeof badRowReasons)[number]

export const unreadableReasons = [
  'truncated_gzip',
  'corrupt_gzip',
  'truncated_zstd',
  'corrupt_zstd',
  'truncated_json',
  'malformed_json',
  'not_json',
  'records_not_found',
  'html_page',
  'xml_error',
  'binary_file',
  'invalid_encoding',
  'bad_header',
  'not_parquet',
  'truncated_parquet',
] as const

export type UnreadableReason = (typeof unreadableReasons)[number]

/** Why a whole object is refused, in the words of the error shape: expected, found, remedy. */
export interface Unreadable {
  reason: UnreadableReason
  expected: string
  found: string
  /** Line of the decompressed text, from 1. */
  line?: number
  remedy: string
}

/** What the stages of one landing learn on the way; each stage writes, the end reads. */
export interface Findings {
  rows: number
  badRows: BadRow[]
  /** Ordinals of the lines of a log at whose offset no record is. */
  gaps: number[]
  header?: string[]
  delimiter?: string
  unreadable?: Unreadable
}

export type Chunks = AsyncIterable<Buffer>

/** The code that an error of Node or of a library carries. */
export const errorCode = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined

export const createFindings = (): Findings => ({ rows: 0, badRows: [], gaps: [] })

/** Notes why the object is refused; the first reason wins, since later ones only follow from it. */
export function refuse(findings: Findings, unreadable: Unreadable): void {
  findings.unreadable ??= unreadable
}

/** Counts one more record and notes that it is bad. */
export function rejectRow(findings: Findings, reason: BadRowReason): void {
  findings.rows += 1
  findings.badRows.push({ rowNumber: findings.rows, reason })
}
