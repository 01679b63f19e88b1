import { Readable } from 'node:stream'
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { ThroughlineError } from '../errors.js'
import { changedError } from './object-errors.js'
import { type BucketPlace, bareEtag, objectOf, objectUrl, quotedEtag } from './s3-client.js'
import { backOff, isAbsent, statusOf, storeError } from './s3-errors.js'

interface OpenBody {
  etag: string
  /** Bytes of the whole object, wherever this body starts. */
  bytes: number
  body: Readable
  chunks: AsyncIterator<Uint8Array>
}

/** A stream of one version of an object; a cut body goes on where it stopped, from the same version only. */
export async function readObject(
  place: BucketPlace,
  key: string,
  etag?: string,
): Promise<Readable> {
  const opened = await openBody(place, key, 0, etag)
  const stream = Readable.from(chunksOf(place, key, opened), { objectMode: false })
  // A generator that never ran cannot clean up after itself.
  stream.once('close', () => opened.body.destroy())
  return stream
}

/** A small object as text with its etag, or undefined when there is none. */
export async function readObjectText(
  place: BucketPlace,
  key: string,
): Promise<{ text: string; etag: string } | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      const opened = await openBody(place, key, 0)
      const chunks = []
      for await (const chunk of chunksOf(place, key, opened)) chunks.push(chunk)
      return { text: Buffer.concat(chunks).toString('utf8'), etag: opened.etag }
    } catch (error) {
      if (isAbsent((error as Error).cause)) return undefined
      // Replaced while a cut body was resumed: no version was asked for, so the new one will do.
      const isReplaced = error instanceof ThroughlineError && statusOf(error.cause) === 412
      if (!isReplaced || attempt === place.maxAttempts) throw error
    }
  }
}

async function* chunksOf(
  place: BucketPlace,
  key: string,
  first: OpenBody,
): AsyncGenerator<Uint8Array> {
  let opened = first
  // The last chunk is held back: the SDK compares checksums at the end of a body.
  let held: Uint8Array = new Uint8Array()
  let received = 0
  let failures = 0
  let isReread = false
  try {
    for (;;) {
      const step = await nextChunk(opened)
      if ('chunk' in step) {
        yield held
        held = step.chunk
        received += held.length
        failures = 0
        continue
      }
      if (step.cause === undefined && received === first.bytes) break
      failures++
      if (isMismatch(step.cause) || received >= first.bytes) {
        if (isReread || received > held.length) throw damagedError(place, key, step.cause)
        isReread = true
        held = new Uint8Array()
        received = 0
      }
      if (failures === place.maxAttempts) throw cutError(place, key, received, step.cause)
      await backOff(failures)
      opened = await openBody(place, key, received, first.etag, first.bytes)
    }
    yield held
  } finally {
    opened.body.destroy()
  }
}

async function nextChunk(opened: OpenBody): Promise<{ chunk: Uint8Array } | { cause: unknown }> {
  try {
    const step = await opened.chunks.next()
    return step.done ? { cause: undefined } : { chunk: step.value }
  } catch (cause) {
    return { cause }
  }
}

const isMismatch = (cause: unknown): boolean =>
  cause instanceof Error && cause.message.startsWith('Checksum mismatch')

async function openBody(
  place: BucketPlace,
  key: string,
  from: number,
  etag?: string,
  total?: number,
): Promise<OpenBody> {
  const response = await getObject(place, key, from, etag)
  const found = bareEtag(response.ETag)
  const body = response.Body as Readable
  const bytes = from + (response.ContentLength ?? 0)
  // Stores that ignore If-Match or Range are found out here.
  const isSame = etag === undefined || found === bareEtag(etag)
  const isContinued = from === 0 || response.ContentRange?.startsWith(`bytes ${from}-`) === true
  if (isSame && isContinued && (total === undefined || bytes === total)) {
    return { etag: found, bytes, body, chunks: body[Symbol.asyncIterator]() }
  }
  body.destroy()
  throw changedError(objectUrl(place, key))
}

async function getObject(
  place: BucketPlace,
  key: string,
  from: number,
  etag: string | undefined,
): Promise<GetObjectCommandOutput> {
  try {
    return await place.client.send(
      new GetObjectCommand({
        ...objectOf(place, key),
        IfMatch: etag === undefined ? undefined : quotedEtag(etag),
        Range: from === 0 ? undefined : `bytes=${from}-`,
      }),
    )
  } catch (error) {
    if (statusOf(error) === 412) throw changedError(objectUrl(place, key), error)
    throw storeError(error, objectUrl(place, key))
  }
}

const cutError = (place: BucketPlace, key: string, received: number, cause: unknown) =>
  new ThroughlineError({
    code: 'source',
    at: objectUrl(place, key),
    expected: 'the whole body',
    found: `a body that was cut after ${received} bytes, ${place.maxAttempts} times in a row`,
    remedy: 'Check the network, then run again.',
    retryable: true,
    cause,
  })

const damagedError = (place: BucketPlace, key: string, cause?: unknown) =>
  new ThroughlineError({
    code: 'source',
    at: objectUrl(place, key),
    expected: 'the bytes that were stored',
    found: 'a body with another length or checksum',
    remedy:
      'Run again; if it stays so, the object is damaged, or the store tells wrong checksums: then set responseChecksumValidation to WHEN_REQUIRED.',
    retryable: true,
    cause,
  })
