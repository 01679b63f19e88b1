import { constants, gunzipSync } from 'node:zlib'
import type { SourceConfig } from '../config.js'
import type { AsExported } from '../engines/engine.js'
import { isListed } from '../engines/listed-names.js'
import { urlOf } from '../storage/place.js'
import type { Storage } from '../storage/storage.js'
import { isAmongColons } from './colon-names.js'
import { examineText } from './examine-text.js'
import type { BatchOptions } from './land-batch.js'
import { encodingOf } from './landing/encoding.js'
import { defaultMaxRecordBytes, type Landed, type LandedRows } from './landing/land-object.js'
import { contentOf } from './landing/magic.js'
import { type RawObject, storageOf, type Zones } from './raw-objects.js'

export interface ExamineOptions extends Pick<BatchOptions, 'folder' | 'projectFolder'> {
  /** See `foldersWithColons`. */
  foldersWithColons: ReadonlySet<string>
}

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
  options: ExamineOptions,
): Promise<InPlace> {
  const { key, bytes } = object
  const storage = storageOf(zones, object)
  if (bytes === 0) return { landed: { kind: 'empty' } }
  const place = { path: urlOf(storage.url, key), bytes, badRows: [] }
  if (object.log) return rowsOf({ ...place, format: 'ndjson' }, unquoted)
  if (!isListed(key)) return { why: 'a name that clusters do not list' }
  if (isAmongColons(key, options.foldersWithColons))
    return { why: 'a colon in a name of its folder' }
  const why = settingBeyond(source)
  if (why) return { why }
  const head = await firstBytes(storage, object)
  if (contentOf(head) === 'parquet') return examineParquet(place, object, source)
  if (source.format === 'parquet') return { why: otherContent }
  if (source.compression === 'none' && contentOf(head) !== 'other') return { why: otherContent }
  const lines = wholeLines(head, object)
  if (lines === undefined) return { why: 'compression' }
  const text = await examineText(lines, object, source, options)
  return 'why' in text ? text : rowsOf({ ...text.landed, ...place }, text.asExported)
}

const otherContent = 'content other than its format says'
const unquoted = { quoted: false, hasHeader: false }

function examineParquet(
  place: Pick<LandedRows, 'path' | 'bytes' | 'badRows'>,
  { key }: RawObject,
  { format = 'auto' }: SourceConfig,
): InPlace {
  if (format !== 'auto' && format !== 'parquet') return { why: otherContent }
  // The one format whose objects are also named one by one, where these characters make a pattern.
  if (/[\\*?[\]{}]/.test(key)) return { why: 'a name that clusters take for a pattern' }
  return rowsOf({ ...place, format: 'parquet' }, unquoted)
}

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
