import { CopyObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { changedError } from './object-errors.js'
import { type BucketPlace, objectOf, objectUrl } from './s3-client.js'
import { statusOf, storeError } from './s3-errors.js'
import { copyParts } from './s3-multipart.js'

/** Copies one version of an object inside the store; no bytes travel through this process. */
export async function copyObject(place: BucketPlace, from: string, to: string): Promise<void> {
  try {
    const found = await place.client.send(new HeadObjectCommand(objectOf(place, from)))
    const source = { CopySource: copySource(place, from), CopySourceIfMatch: found.ETag }
    const bytes = found.ContentLength ?? 0
    if (bytes > place.copyLimitBytes) {
      await copyParts(place, source, { key: to, bytes, metadata: found.Metadata })
    } else {
      await place.client.send(new CopyObjectCommand({ ...objectOf(place, to), ...source }))
    }
  } catch (error) {
    if (statusOf(error) === 412) throw changedError(objectUrl(place, from), error)
    throw storeError(error, objectUrl(place, from))
  }
}

const copySource = (place: BucketPlace, key: string): string =>
  `${place.bucket}/${place.prefix}${key}`.split('/').map(encodeURIComponent).join('/')
