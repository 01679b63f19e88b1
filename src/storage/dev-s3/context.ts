import { type Bucket, currentVersion, type ObjectVersion } from './bucket.js'
import type { ObjectFolder } from './folder.js'
import type { Uploads } from './multipart.js'
import type { Reply } from './reply.js'
import type { S3Request } from './request.js'
import { noSuchKey, S3Error } from './s3-error.js'

/** What the operations work on. */
export interface Context {
  folder: ObjectFolder
  uploads: Uploads
}

export type Operation = (context: Context, request: S3Request) => Reply | Promise<Reply>

/** The bucket that a request names. */
export function bucketOf(context: Context, name: string): Bucket {
  const bucket = context.folder.buckets.get(name)
  if (bucket !== undefined) return bucket
  throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist.')
}

/** The version that a request reads: the one it names, or the current one. */
export function versionOf(context: Context, request: S3Request): ObjectVersion {
  const bucket = bucketOf(context, request.bucket)
  const versionId = request.query.get('versionId')
  const found =
    versionId === null
      ? currentVersion(bucket, request.key)
      : bucket.versions.get(request.key)?.find((one) => one.versionId === versionId)
  if (found === undefined || found.isDeleteMarker) throw noSuchKey()
  return found
}
