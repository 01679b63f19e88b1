import { randomUUID } from 'node:crypto'
import { constants, copyFileSync, openSync, rmSync } from 'node:fs'
import path from 'node:path'
import { type Bucket, currentVersion, type ObjectVersion } from './bucket.js'
import { checkCopySource, checkWrite, isNotModified } from './conditions.js'
import { bucketOf, type Context, type Operation, versionOf } from './context.js'
import type { About } from './folder.js'
import { type Incoming, receive } from './incoming.js'
import { emptyReply, type Reply, xmlReply } from './reply.js'
import { type S3Request, splitOnce } from './request.js'
import { invalid, noSuchKey, S3Error } from './s3-error.js'

const storedHeaders =
  /^(content-(type|encoding|language|disposition)|cache-control|expires|x-amz-meta-.+)$/

const putObject: Operation = async (context, request) => {
  const bucket = bucketOf(context, request.bucket)
  const body = await receive(request, context.folder.incoming)
  const version = finishPut(context, request, bucket, body, {
    etag: body.md5,
    headers: headersToStore(request),
    checksums: body.checksums,
    tags: tagsOf(request),
  })
  return emptyReply(200, versionHeaders(bucket, version, true))
}

/** The last step of every write: condition and replacement in one turn, so that races have one winner. */
export function finishPut(
  context: Context,
  request: S3Request,
  bucket: Bucket,
  body: Incoming,
  about: About,
): ObjectVersion {
  try {
    checkWrite(request, currentVersion(bucket, request.key))
    return context.folder.put(bucket, request.key, body, about)
  } catch (error) {
    rmSync(body.file, { force: true })
    throw error
  }
}

/** Headers of a request that belong to the object. */
export const headersToStore = (request: S3Request): Record<string, string> =>
  Object.fromEntries(
    Object.keys(request.message.headers)
      .filter((name) => storedHeaders.test(name))
      .map((name) => [name, withoutChunking(name, request.header(name) ?? '')])
      .filter(([, value]) => value !== ''),
  )

const withoutChunking = (name: string, value: string): string =>
  name === 'content-encoding' ? value.replace(/aws-chunked,? ?/, '') : value

const tagsOf = (request: S3Request): [string, string][] => [
  ...new URLSearchParams(request.header('x-amz-tagging') ?? ''),
]

export function versionHeaders(
  bucket: Bucket,
  version: ObjectVersion,
  withChecksums: boolean,
): Record<string, string> {
  const checksums = Object.entries(withChecksums ? version.checksums : {})
  const isComposite = checksums.some(([, value]) => value.includes('-'))
  return {
    etag: `"${version.etag}"`,
    ...(bucket.isVersioned && { 'x-amz-version-id': version.versionId }),
    ...Object.fromEntries(checksums.map(([name, value]) => [`x-amz-checksum-${name}`, value])),
    ...(checksums.length > 0 && {
      'x-amz-checksum-type': isComposite ? 'COMPOSITE' : 'FULL_OBJECT',
    }),
  }
}

const getObject: Operation = (context, request) => {
  const version = versionOf(context, request)
  const reply = readReply(context, request, version)
  const isWithBody = request.method === 'GET' && reply.status < 300
  if (!isWithBody) return reply
  const [from, to] = rangeOf(request, version.bytes) ?? [0, version.bytes]
  const descriptor = openSync(context.folder.pathOf(version), 'r')
  return { ...reply, body: { descriptor, from, bytes: to - from } }
}

function readReply(context: Context, request: S3Request, version: ObjectVersion): Reply {
  if (isNotModified(request, version)) return emptyReply(304, { etag: `"${version.etag}"` })
  const range = rangeOf(request, version.bytes)
  const [from, to] = range ?? [0, version.bytes]
  const isChecked = range === undefined && request.header('x-amz-checksum-mode') === 'ENABLED'
  return emptyReply(range === undefined ? 200 : 206, {
    'content-type': 'binary/octet-stream',
    ...version.headers,
    ...versionHeaders(bucketOf(context, request.bucket), version, isChecked),
    'accept-ranges': 'bytes',
    'content-length': String(to - from),
    'last-modified': new Date(version.modifiedAt).toUTCString(),
    ...(range !== undefined && { 'content-range': `bytes ${from}-${to - 1}/${version.bytes}` }),
  })
}

/** First byte and the byte after the last, or undefined when the whole object is asked for. */
export function rangeOf(
  request: S3Request,
  bytes: number,
  header = 'range',
): [number, number] | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.header(header) ?? '') ?? []
  if (first === '' && last === '') return undefined
  const from = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const to = first === '' || last === '' ? bytes : Math.min(bytes, Number(last) + 1)
  if (from < to) return [from, to]
  throw new S3Error(416, 'InvalidRange', 'The object is shorter than the range.')
}

/** The version that `x-amz-copy-source` names, with its condition checked. */
export function copySourceOf(context: Context, request: S3Request): ObjectVersion {
  const header = (request.header('x-amz-copy-source') ?? '').replace(/^\//, '')
  const [location, query] = splitOnce(header, '?')
  const [bucket, key] = splitOnce(decodeURIComponent(location), '/')
  const versionId = new URLSearchParams(query).get('versionId')
  const versions = bucketOf(context, bucket).versions.get(key) ?? []
  const source =
    versionId === null ? versions.at(-1) : versions.find((one) => one.versionId === versionId)
  if (source === undefined || source.isDeleteMarker) throw noSuchKey()
  checkCopySource(request, source)
  return source
}

const copyObject: Operation = (context, request) => {
  const bucket = bucketOf(context, request.bucket)
  const source = copySourceOf(context, request)
  const isReplaced = request.header('x-amz-metadata-directive') === 'REPLACE'
  if (!isReplaced && currentVersion(bucket, request.key) === source) {
    throw invalid('InvalidRequest', 'A copy onto itself has to change something.')
  }
  const file = path.join(context.folder.incoming, randomUUID())
  copyFileSync(context.folder.pathOf(source), file, constants.COPYFILE_FICLONE)
  const body = { file, bytes: source.bytes, md5: source.etag, checksums: source.checksums }
  const version = finishPut(context, request, bucket, body, {
    etag: source.etag,
    headers: isReplaced ? headersToStore(request) : source.headers,
    checksums: source.checksums,
    tags: source.tags,
  })
  return xmlReply('CopyObjectResult', {
    ETag: `"${version.etag}"`,
    LastModified: new Date(version.modifiedAt).toISOString(),
  })
}

const deleteObject: Operation = (context, request) => {
  const bucket = bucketOf(context, request.bucket)
  const current = currentVersion(bucket, request.key)
  if (request.header('if-match') !== undefined) checkWrite(request, current)
  context.folder.remove(bucket, request.key, request.query.get('versionId') ?? undefined)
  return emptyReply(204)
}

export const objectOperations: Record<string, Operation> = {
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: getObject,
  CopyObject: copyObject,
  DeleteObject: deleteObject,
}
