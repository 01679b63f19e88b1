import type { ObjectVersion } from './bucket.js'
import type { S3Request } from './request.js'
import { noSuchKey, notImplemented, preconditionFailed } from './s3-error.js'

/** Throws unless a conditional write may go ahead over what is there now. */
export function checkWrite(request: S3Request, current: ObjectVersion | undefined): void {
  const ifNoneMatch = request.header('if-none-match')
  const ifMatch = request.header('if-match')
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw notImplemented('If-None-Match with an etag on a write')
  }
  if (ifNoneMatch === '*' && current !== undefined) throw preconditionFailed()
  if (ifMatch === undefined) return
  if (current === undefined) throw noSuchKey()
  if (!matches(ifMatch, current)) throw preconditionFailed()
}

/** Whether a conditional read finds the reader's copy still good (304); throws 412 when it asks for another version. */
export function isNotModified(request: S3Request, current: ObjectVersion): boolean {
  const ifMatch = request.header('if-match')
  const ifNoneMatch = request.header('if-none-match')
  const since = time(request.header('if-modified-since'))
  const until = time(request.header('if-unmodified-since'))
  const modifiedAt = Math.trunc(current.modifiedAt / 1000) * 1000
  if (ifMatch !== undefined && !matches(ifMatch, current)) throw preconditionFailed()
  if (ifMatch === undefined && modifiedAt > (until ?? Number.POSITIVE_INFINITY)) {
    throw preconditionFailed()
  }
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, current)
  return since !== undefined && modifiedAt <= since
}

/** Throws unless the source of a copy is the version that was asked for. */
export function checkCopySource(request: S3Request, source: ObjectVersion): void {
  const ifMatch = request.header('x-amz-copy-source-if-match')
  const ifNoneMatch = request.header('x-amz-copy-source-if-none-match')
  const isWanted = ifMatch === undefined || matches(ifMatch, source)
  if (!isWanted || (ifNoneMatch !== undefined && matches(ifNoneMatch, source))) {
    throw preconditionFailed()
  }
}

const matches = (header: string, version: ObjectVersion): boolean =>
  header
    .split(',')
    .map((one) => one.trim().replace(/^"(.*)"$/, '$1'))
    .some((etag) => etag === '*' || etag === version.etag)

const time = (header: string | undefined): number | undefined =>
  header === undefined ? undefined : Date.parse(header)
