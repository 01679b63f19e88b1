import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { ThroughlineError } from '../errors.js'
import { openBodySource } from '../storage/body-source.js'
import type { Storage } from '../storage/storage.js'
import type { Part } from './checkpoint.js'

/** A stretch of a file on this machine. */
export interface Stretch {
  file: string
  from: number
  to: number
}

/** So small that of a file of tables two thirds are as they were after a day's increment; larger ones are so less often. */
const stretchBytes = 1024 * 1024

/** The stretches of a file, end to end. */
export async function stretchesOf(file: string): Promise<Stretch[]> {
  const { size } = await stat(file)
  return Array.from({ length: Math.ceil(size / stretchBytes) }, (_, index) => ({
    file,
    from: index * stretchBytes,
    to: Math.min(size, (index + 1) * stretchBytes),
  }))
}

/** The fastest level: the usual one takes more than twice the time and leaves a twentieth less. */
const level = 1

/** Stores a stretch, unless a part that is stored already holds the same; those are known by their digests. */
export async function storePart(
  storage: Storage,
  key: string,
  { file, from, to }: Stretch,
  known: ReadonlyMap<string, Part>,
): Promise<Part> {
  const source = await openBodySource({ file })
  const content = await source.read(from, to).finally(() => source.close())
  const sha256 = digestOf(content)
  const same = known.get(sha256)
  if (same !== undefined) return same
  const packed = await promisify(gzip)(content, { level })
  const etag = await storage.write(key, packed)
  return { key, etag, stored: packed.length, bytes: content.length, sha256 }
}

/** Reads a part as it was stored, again where it was damaged on its way; throws `source` when it is anything else. */
export const fetchPart = (storage: Storage, part: Part): Promise<Buffer> =>
  readPart(storage, part).catch(() => readPart(storage, part))

async function readPart(storage: Storage, part: Part): Promise<Buffer> {
  const { key, bytes, sha256 } = part
  const packed = await buffer(await storage.read(key))
  const unpack = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)
  const content = await unpack(packed, { maxOutputLength: bytes + 1 }).catch((cause: unknown) => {
    throw damagedError(part, `${packed.length} bytes that cannot be unpacked`, cause)
  })
  if (content.length === bytes && digestOf(content) === sha256) return content
  throw damagedError(part, `${content.length} others`)
}

const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

const damagedError = ({ key, bytes }: Part, found: string, cause?: unknown): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at: key,
    expected: `the ${bytes} bytes that were stored`,
    found,
    remedy:
      'Somebody has changed the object, or the store has damaged it; the next release replaces it.',
    cause,
  })
