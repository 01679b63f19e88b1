import { rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { constants, gunzipSync } from 'node:zlib'
import type { SourceConfig } from '../config.js'
import type { AsExported } from '../engines/engine.js'
import { urlOf } from '../storage/place.js'
import type { Storage } from '../storage/storage.js'
import { headerlessColumns } from './headerless.js'
import type { BatchOptions } from './land-batch.js'
import { detectFormat, headBytes } from './landing/detect-format.js'
import { encodingOf } from './landing/encoding.js'
import {
  defaultMaxRecordBytes,
  type Landed,
  type LandedRows,
  landObject,
} from './landing/land-object.js'
import { contentOf } from './landing/magic.js'
import { type RawObject, storageOf, type Zones } from './raw-objects.js'

/** So much of an object tells what it is: its format, and the header of a CSV. */
const examinedBytes = 256 * 1024

/** What landing would tell of an object that is read where it lies, or why it cannot be. */
export type InPlace = { landed: Landed } | { why: string }

/** Endings by which readers of clusters unpack what they read, whatever it holds. */
const packedName = /\.(gz|bz2|deflate|lz4|snappy|zst|zstd)$/i

/** Looks at an object's name and first bytes. */
export async function examineObject(
  zones: Zones,
  object: RawObject,
  source: SourceConfig,
  options: Pick<BatchOptions, 'folder' | 'projectFolder'>,
): Promise<InPlace> {
  const { key, bytes } = object
  const storage = storageOf(zones, object)
  if (bytes === 0) return { landed: { kind: 'empty' } }
  const place = { path: urlOf(storage.url, key), bytes, badRows: [] }
  if (object.log) return rowsOf({ ...place, format: 'ndjson' }, unquoted)
  if (!isListed(key)) return { why: 'a name that clusters do not list' }
  const why = settingBeyond(source)
  if (why) return { why }
  const head = await firstBytes(storage, object)
  if (contentOf(head) === 'parquet') {
    const isMeant = (source.format ?? 'auto') === 'auto' || source.format === 'parquet'
    if (!isMeant) return { why: otherContent }
    // The one format whose objects are also named one by one, where these characters make a pattern.
    if (/[\\*?[\]{}]/.test(key)) return { why: 'a name that clusters take for a pattern' }
    return rowsOf({ ...place, format: 'parquet' }, unquoted)
  }
  if (source.format === 'parquet') return { why: otherContent }
  if (source.compression === 'none' && contentOf(head) !== 'other') return { why: otherContent }
  const lines = wholeLines(head, object)
  if (lines === undefined) return { why: 'compression' }
  const text = await examineText(lines, object, source, options)
  return 'why' in text ? text : rowsOf({ ...text.landed, ...place }, text.asExported)
}

const otherContent = 'content other than its format says'
const unquoted = { quoted: false, hasHeader: false }

const rowsOf = (
  { rows: _, ...landed }: Omit<LandedRows, 'kind'>,
  asExported: Omit<AsExported, 'maxRecordBytes'>,
): InPlace => ({
  landed: {
    kind: 'rows',
    ...landed,
    asExported: { ...asExported, maxRecordBytes: defaultMaxRecordBytes },
  },
})

/** Readers of clusters take some names for files on their way, and have no empty or relative folders. */
const isListed = (key: string): boolean => {
  const names = key.split('/')
  return !/^[._]/.test(names.at(-1)!) && names.every((name) => !/^\.{0,2}$/.test(name))
}

/** A setting that only a landing follows. */
function settingBeyond({ encoding, skip_lines, records_path }: SourceConfig): string | undefined {
  if (encoding !== undefined && encodingOf(encoding) !== 'utf-8') return 'encoding'
  if (skip_lines) return 'skip_lines'
  return records_path === undefined ? undefined : 'records_path'
}

async function firstBytes(storage: Storage, { key, etag }: RawObject): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  const body = await storage.read(key, etag)
  for await (const chunk of body) {
    chunks.push(chunk as Buffer)
    length += (chunk as Buffer).length
    if (length >= examinedBytes) break
  }
  return Buffer.concat(chunks).subarray(0, examinedBytes)
}

/** The first lines, unpacked; undefined where name and content do not agree on how, or there is more to unpack. */
function wholeLines(head: Buffer, { key, bytes }: RawObject): Buffer | undefined {
  const text = unpacked(head, key)
  if (text === undefined) return undefined
  const isWhole = head.length === bytes && text.length < examinedBytes
  return isWhole ? text : text.subarray(0, text.lastIndexOf('\n') + 1)
}

function unpacked(head: Buffer, key: string): Buffer | undefined {
  const content = contentOf(head)
  if (content === 'other') return packedName.test(key) ? undefined : head
  if (content !== 'gz' || !key.endsWith('.gz')) return undefined
  try {
    const text = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })
    return contentOf(text) === 'other' ? text.subarray(0, examinedBytes) : undefined
  } catch {
    return undefined
  }
}

/** By its mark, or by the NULs among its first characters. */
const isUtf16 = (text: Buffer): boolean =>
  text.subarray(0, 4).includes(0) ||
  (text[0] === 0xff && text[1] === 0xfe) ||
  (text[0] === 0xfe && text[1] === 0xff)

type ExaminedText =
  | { landed: LandedRows; asExported: Omit<AsExported, 'maxRecordBytes'> }
  | { why: string }

/** Lands the first lines, for what the engine has to know of the text. */
async function examineText(
  lines: Buffer,
  { key, objectId }: RawObject,
  source: SourceConfig,
  { folder, projectFolder }: Pick<BatchOptions, 'folder' | 'projectFolder'>,
): Promise<ExaminedText> {
  if (lines.length === 0) return { why: 'a first line of great length' }
  if (isUtf16(lines)) return { why: 'encoding' }
  const given = source.format ?? 'auto'
  const format = given === 'auto' ? detectFormat(key, lines.subarray(0, headBytes)) : given
  if (format === 'json' || format === 'parquet')
    return { why: 'JSON that is not one record a line' }
  const columns = headerlessColumns(source, projectFolder)
  const landed = await landObject(Readable.from([lines]), path.join(folder, objectId), {
    key,
    format,
    compression: 'none',
    ...(source.delimiter === undefined ? {} : { delimiter: source.delimiter }),
    ...(columns === undefined ? {} : { columns }),
  })
  if (landed.kind !== 'rows') return { why: 'no records in its first bytes' }
  await rm(landed.path)
  if (format !== 'ndjson' && /^[\r\n]*sep=/i.test(lines.toString('latin1', 0, 64)))
    return { why: 'a first line that names the delimiter' }
  return {
    landed,
    asExported: {
      quoted: format === 'csv',
      hasHeader: format !== 'ndjson' && columns === undefined,
    },
  }
}
