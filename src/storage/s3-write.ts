import { randomUUID } from 'node:crypto'
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { type BodySource, openBodySource } from './body-source.js'
import { conflictError } from './object-errors.js'
import { type BucketPlace, bareEtag, objectOf, objectUrl, quotedEtag } from './s3-client.js'
import { backOff, isAbsent, nameOf, statusOf, storeError } from './s3-errors.js'
import { putParts } from './s3-multipart.js'
import type { WriteBody, WriteCondition } from './storage.js'

// A retried write can be refused because its first try took effect and only the reply was lost.
// The object then carries this write's own mark, which a rival's object with equal bytes would not.
const markName = 'throughline-write'

/** One write under way: its headers are the same on every try. */
export interface PendingWrite {
  key: string
  source: BodySource
  metadata: Record<string, string>
  conditions: { IfNoneMatch?: string; IfMatch?: string }
}

/** Writes an object all or nothing, small bodies in one request, and returns its etag. */
export async function writeObject(
  place: BucketPlace,
  key: string,
  body: WriteBody,
  condition?: WriteCondition,
): Promise<string> {
  const source = await openBodySource(body)
  const metadata = { [markName]: randomUUID() }
  const write = { key, source, metadata, conditions: headersOf(condition) }
  try {
    return await tried(place, write)
  } catch (error) {
    const landed = await landedEtag(place, write)
    if (landed !== undefined) return landed
    throw isConflict(error, condition)
      ? conflictError(objectUrl(place, key), expectation(condition), error)
      : storeError(error, objectUrl(place, key))
  } finally {
    await source.close()
  }
}

async function tried(place: BucketPlace, write: PendingWrite): Promise<string> {
  const put = write.source.bytes > place.partBytes ? putParts : putWhole
  for (let attempt = 1; ; attempt++) {
    try {
      return await put(place, write)
    } catch (error) {
      // Two conditional writes met in the store: neither was judged, so ours is sent again.
      if (statusOf(error) !== 409 || attempt === place.maxAttempts) throw error
      await backOff(attempt)
    }
  }
}

async function putWhole(place: BucketPlace, write: PendingWrite): Promise<string> {
  const { ETag } = await place.client.send(
    new PutObjectCommand({
      ...objectOf(place, write.key),
      ...write.conditions,
      Metadata: write.metadata,
      Body: await write.source.read(0, write.source.bytes),
    }),
  )
  return bareEtag(ETag)
}

function headersOf(condition: WriteCondition | undefined): PendingWrite['conditions'] {
  if (condition === undefined) return {}
  if ('ifAbsent' in condition) return { IfNoneMatch: '*' }
  return { IfMatch: quotedEtag(condition.ifMatch) }
}

async function landedEtag(place: BucketPlace, write: PendingWrite): Promise<string | undefined> {
  try {
    const found = await place.client.send(new HeadObjectCommand(objectOf(place, write.key)))
    const isOurs = found.Metadata?.[markName] === write.metadata[markName]
    return isOurs ? bareEtag(found.ETag) : undefined
  } catch {
    return undefined
  }
}

const isConflict = (error: unknown, condition: WriteCondition | undefined): boolean =>
  condition !== undefined &&
  ([409, 412].includes(statusOf(error)) ||
    ('ifMatch' in condition && isAbsent(error) && nameOf(error) !== 'NoSuchUpload'))

const expectation = (condition: WriteCondition | undefined): string =>
  condition !== undefined && 'ifAbsent' in condition
    ? 'no object'
    : 'the version that was read before'
