import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { constants, gunzipSync } from 'node:zlib'
import PQueue from 'p-queue'
import type { SourceConfig } from '../config.js'
import { ThroughlineError } from '../errors.js'
import { urlOf } from '../storage/place.js'
import type { Storage } from '../storage/storage.js'
import type { BatchOptions, LandedObject } from './land-batch.js'
import { detectFormat } from './landing/detect-format.js'
import { type Landed, landObject } from './landing/land-object.js'
import { contentOf } from './landing/magic.js'
import { type RawObject, storageOf, type Zones } from './raw-objects.js'

/** So much of an object tells what it is: its format, and the header of a CSV. */
const headBytes = 256 * 1024

/** What landing tells of objects, of those that the engine reads where they lie: their first bytes come here, no more. */
export async function examineBatch(
  zones: Zones,
  batch: readonly RawObject[],
  source: SourceConfig,
  { folder, parallelDownloads }: BatchOptions,
): Promise<LandedObject[]> {
  await mkdir(folder, { recursive: true })
  const queue = new PQueue({ concurrency: parallelDownloads })
  return queue.addAll(
    batch.map((object) => async () => {
      const target = path.join(folder, object.objectId)
      return { object, landed: await examined(storageOf(zones, object), object, source, target) }
    }),
  )
}

async function examined(
  storage: Storage,
  object: RawObject,
  source: SourceConfig,
  target: string,
): Promise<Landed> {
  const { key, bytes } = object
  if (bytes === 0) return { kind: 'empty' }
  const head = await firstBytes(storage, object)
  const place = { path: urlOf(storage.url, key), bytes, badRows: [] }
  if (contentOf(head) === 'parquet' || source.format === 'parquet')
    return { kind: 'rows', format: 'parquet', ...place }
  const text = textOf(head, object, storage)
  const format = source.format && source.format !== 'auto' ? source.format : detectFormat(key, text)
  if (format === 'json' || format === 'tsv') throw notInPlace(object, storage, `a ${format} file`)
  if (format === 'ndjson' && source.columns) throw notInPlace(object, storage, renamedFields)
  const delimiter = source.delimiter === undefined ? {} : { delimiter: source.delimiter }
  const options = { key, format, compression: 'none', ...delimiter } as const
  const landed = await landObject(Readable.from([text]), target, options)
  if (landed.kind !== 'rows') return landed
  await rm(landed.path)
  const { rows: _, ...told } = landed
  return { ...told, ...place }
}

const renamedFields = 'NDJSON whose fields `columns` renames'

async function firstBytes(storage: Storage, { key, etag }: RawObject): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  const body = await storage.read(key, etag)
  for await (const chunk of body) {
    chunks.push(chunk as Buffer)
    length += (chunk as Buffer).length
    if (length >= headBytes) break
  }
  return Buffer.concat(chunks).subarray(0, headBytes)
}

/** The first whole lines; readers of objects go by the name where the content is compressed. */
function textOf(head: Buffer, object: RawObject, storage: Storage): Buffer {
  const content = contentOf(head)
  const isNamedGzip = /\.gz$/i.test(object.key)
  if (content === 'zst') throw notInPlace(object, storage, 'zst data')
  if (isNamedGzip !== (content === 'gz'))
    throw notInPlace(object, storage, isNamedGzip ? 'a name in .gz' : 'gz data without .gz')
  if (isUtf16(head)) throw notInPlace(object, storage, 'UTF-16 text')
  const options = { finishFlush: constants.Z_SYNC_FLUSH }
  const text = (isNamedGzip ? gunzipSync(head, options) : head).subarray(0, headBytes)
  const isWhole = !isNamedGzip && text.length === object.bytes
  return isWhole ? text : text.subarray(0, text.lastIndexOf('\n') + 1 || text.length)
}

const isUtf16 = ([first, second]: Buffer): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)

const notInPlace = ({ key }: RawObject, { url }: Storage, found: string): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at: urlOf(url, key),
    expected:
      'CSV or NDJSON in UTF-8, plain or as .gz, or Parquet: what the engine reads where it lies',
    found,
    remedy: 'Export the object so, or use an engine that has objects landed.',
  })
