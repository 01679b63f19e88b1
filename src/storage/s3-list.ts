import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { ThroughlineError } from '../errors.js'
import { type BucketPlace, bareEtag, objectUrl } from './s3-client.js'
import { storeError } from './s3-errors.js'
import type { StoredObject } from './storage.js'

/** Objects under a prefix, page by page; keys travel URL-encoded, since XML cannot carry every character. */
export async function* listObjects(
  place: BucketPlace,
  prefix: string,
): AsyncGenerator<StoredObject> {
  let token: string | undefined
  do {
    const page = await listPage(place, prefix, token)
    for (const { Key = '', ETag, Size = 0, LastModified } of page.Contents ?? []) {
      const key = page.EncodingType === 'url' ? decoded(Key) : Key
      yield {
        key: key.slice(place.prefix.length),
        etag: bareEtag(ETag),
        bytes: Size,
        modifiedAt: LastModified ?? new Date(0),
      }
    }
    if (page.NextContinuationToken === token && token !== undefined) {
      throw endlessListing(objectUrl(place, prefix))
    }
    token = page.IsTruncated === false ? undefined : page.NextContinuationToken
  } while (token !== undefined)
}

async function listPage(
  place: BucketPlace,
  prefix: string,
  token: string | undefined,
): Promise<ListObjectsV2CommandOutput> {
  try {
    return await place.client.send(
      new ListObjectsV2Command({
        Bucket: place.bucket,
        Prefix: place.prefix + prefix,
        ContinuationToken: token,
        EncodingType: 'url',
      }),
    )
  } catch (error) {
    throw storeError(error, objectUrl(place, prefix))
  }
}

const decoded = (key: string): string => decodeURIComponent(key.replaceAll('+', ' '))

const endlessListing = (at: string): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at,
    expected: 'pages of a listing that go on',
    found: 'the same page again',
    remedy: 'Report it to the maker of the store: its listing never ends.',
  })
