import { createWriteStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { AsExported } from '../../engines/engine.js'
import { landCsv } from './csv.js'
import { decodedText, withoutLines } from './decode-text.js'
import { decompressed } from './decompress.js'
import { detectFormat, headBytes, refuseForeignText, refuseNotJson } from './detect-format.js'
import {
  type BadRow,
  type Chunks,
  createFindings,
  type Findings,
  type Unreadable,
} from './findings.js'
import { jsonLines } from './json.js'
import { contentOf } from './magic.js'
import { landLogLines, landNdjson } from './ndjson.js'
import { landParquet } from './parquet.js'
import { peek } from './peek.js'

export interface LandingOptions {
  /** Key of the object; its ending helps to tell the format. */
  key: string
  format: 'auto' | 'csv' | 'tsv' | 'ndjson' | 'json' | 'parquet'
  /** `none` leaves compressed bytes alone; every other value lets the first bytes decide. */
  compression: 'auto' | 'none' | 'gz' | 'zst'
  /** Encoding of text without a byte-order mark, as `TextDecoder` names it; UTF-8 when absent. */
  encoding?: string
  delimiter?: string
  skipLines?: number
  /** Column names of a file without header. */
  columns?: readonly string[]
  /** Where the records of an envelope lie, such as `$.tickets`. */
  recordsPath?: string
  maxRecordBytes?: number
}

/** A local file in one plain form. Row numbers count its records from 1, bad ones (kept as empty records) included. */
export interface LandedRows {
  kind: 'rows'
  path: string
  format: 'csv' | 'ndjson' | 'parquet'
  delimiter?: string
  /** Column names as in the file; the landed file always opens with them. */
  header?: string[]
  bytes: number
  /** Records in the landed file, unknown for Parquet. */
  rows?: number
  badRows: BadRow[]
  /** Rows of a log's object that stand for an offset without a record. */
  gaps?: number[]
  /** Where the engine reads the object itself, in place; absent where `path` is a landed file. */
  asExported?: AsExported
}

export type Landed = LandedRows | { kind: 'empty' } | ({ kind: 'unreadable' } & Unreadable)

interface Plan {
  format: LandedRows['format']
  chunks: Chunks
}

/** A longer record is no record, unless the caller says otherwise. */
export const defaultMaxRecordBytes = 16 * 1024 * 1024

/**
 * Writes one downloaded object to `target` plus its extension, decompressed, in UTF-8, in a form that needs no
 * guessing. What is wrong with the data is in the answer, and an unreadable object leaves no file; only I/O throws.
 */
export async function landObject(
  body: Readable,
  target: string,
  options: LandingOptions,
): Promise<Landed> {
  const findings = createFindings()
  try {
    const plan = isFolderMarker(options.key) ? undefined : await planned(body, options, findings)
    if (findings.unreadable) return { kind: 'unreadable', ...findings.unreadable }
    return plan ? await written(plan, `${target}.${plan.format}`, findings) : { kind: 'empty' }
  } finally {
    body.destroy()
  }
}

/** Lands an object of our own archive of a log: what it is needs no guessing, and whatever a record holds is data. */
export async function landLogObject(body: Readable, target: string): Promise<Landed> {
  const findings = createFindings()
  try {
    const chunks = landLogLines(buffers(body), findings, defaultMaxRecordBytes)
    return await written({ format: 'ndjson', chunks }, `${target}.ndjson`, findings)
  } finally {
    body.destroy()
  }
}

async function* buffers(body: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of body) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk)
}

const isFolderMarker = (key: string): boolean => key.endsWith('/') || key.endsWith('_$folder$')

/** Chooses the stages for the content; undefined when there is none, or when it is refused. */
async function planned(
  body: Readable,
  options: LandingOptions,
  findings: Findings,
): Promise<Plan | undefined> {
  const bytes = buffers(body)
  const content = options.compression === 'none' ? bytes : await decompressed(bytes, findings)
  const { head, all } = await peek(content, 4)
  if (head.length === 0) return undefined
  if (options.format === 'parquet' || (options.format === 'auto' && isParquet(options.key, head)))
    return { format: 'parquet', chunks: landParquet(all, findings) }
  return textPlan(await decodedText(all, findings, options.encoding), options, findings)
}

const isParquet = (key: string, head: Buffer): boolean =>
  contentOf(head) === 'parquet' || /\.parquet$/i.test(key)

async function textPlan(
  text: Chunks,
  options: LandingOptions,
  findings: Findings,
): Promise<Plan | undefined> {
  const whole = await peek(text, headBytes)
  refuseForeignText(whole.head, findings)
  const body = withoutLines(whole.all, options.skipLines ?? 0)
  const { head, all } = await peek(body, headBytes)
  if (findings.unreadable || head.length === 0) return undefined
  const limit = options.maxRecordBytes ?? defaultMaxRecordBytes
  const format = options.format === 'auto' ? autoFormat(options, head) : options.format
  if (format === 'csv' || format === 'tsv') {
    const { delimiter = format === 'tsv' ? '\t' : undefined, columns } = options
    const csvOptions = {
      quoted: format === 'csv',
      maxRecordBytes: limit,
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(columns === undefined ? {} : { columns }),
    }
    return { format: 'csv', chunks: landCsv(all, findings, csvOptions) }
  }
  if (format === 'json') refuseNotJson(head, findings)
  const lines = format === 'json' ? jsonLines(all, findings, options.recordsPath) : all
  return { format: 'ndjson', chunks: landNdjson(lines, findings, limit) }
}

/** A records path asks for the JSON reader, which an envelope on one line would otherwise miss. */
function autoFormat(options: LandingOptions, head: Buffer) {
  const format = detectFormat(options.key, head)
  return format === 'ndjson' && options.recordsPath !== undefined ? 'json' : format
}

async function written(plan: Plan, path: string, findings: Findings): Promise<Landed> {
  let keep = false
  try {
    await pipeline(Readable.from(plan.chunks), createWriteStream(path))
    if (findings.unreadable) return { kind: 'unreadable', ...findings.unreadable }
    const { header, delimiter, rows, badRows, gaps } = findings
    if (plan.format !== 'parquet' && rows === 0 && header === undefined) return { kind: 'empty' }
    keep = true
    const { size: bytes } = await stat(path)
    return {
      kind: 'rows',
      path,
      format: plan.format,
      bytes,
      badRows,
      ...(plan.format === 'parquet' ? {} : { rows }),
      ...(gaps.length === 0 ? {} : { gaps }),
      ...(header === undefined ? {} : { header }),
      ...(delimiter === undefined ? {} : { delimiter }),
    }
  } finally {
    if (!keep) await rm(path, { force: true })
  }
}
