import { compareKeys } from '../keys.js'
import { type Bucket, currentVersion, keysInOrder, type ObjectVersion } from './bucket.js'
import { bucketOf, type Operation } from './context.js'
import { xmlReply } from './reply.js'
import { invalid } from './s3-error.js'

interface ListingRequest {
  prefix: string
  delimiter: string
  /** Only what sorts after this, a key or a common prefix, is listed. */
  after: string
  limit: number
}

interface Listing {
  objects: ObjectVersion[]
  commonPrefixes: string[]
  /** Where the next page starts, when there is one. */
  next: string | undefined
}

const listObjectsV2: Operation = (context, request) => {
  const bucket = bucketOf(context, request.bucket)
  const { query } = request
  const token = query.get('continuation-token')
  const limit = Math.min(1000, Number(query.get('max-keys') ?? 1000))
  if (!Number.isInteger(limit) || limit < 0)
    throw invalid('InvalidArgument', 'max-keys is no count.')
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const startAfter = query.get('start-after') ?? ''
  const after = token === null ? startAfter : Buffer.from(token, 'base64url').toString()
  const { objects, commonPrefixes, next } = listing(bucket, { prefix, delimiter, after, limit })
  const encode = query.get('encoding-type') === 'url' ? urlEncoded : (text: string) => text
  return xmlReply('ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    EncodingType: query.get('encoding-type') ?? undefined,
    MaxKeys: limit,
    KeyCount: objects.length + commonPrefixes.length,
    IsTruncated: next !== undefined,
    NextContinuationToken: next === undefined ? undefined : Buffer.from(next).toString('base64url'),
    Contents: objects.map((version) => ({ Key: encode(version.key), ...entryOf(version) })),
    CommonPrefixes: commonPrefixes.map((one) => ({ Prefix: encode(one) })),
  })
}

function listing(bucket: Bucket, { prefix, delimiter, after, limit }: ListingRequest): Listing {
  const page: Listing = { objects: [], commonPrefixes: [], next: undefined }
  let last = after
  const keys = keysInOrder(bucket)
  for (
    let i = firstFrom(keys, compareKeys(prefix, after) > 0 ? prefix : after);
    i < keys.length;
    i++
  ) {
    const key = keys[i]!
    if (!key.startsWith(prefix)) {
      if (compareKeys(key, prefix) > 0) break
      continue
    }
    const version = currentVersion(bucket, key)
    const group = commonPrefixOf(key, prefix, delimiter)
    const entry = group ?? key
    if (version === undefined || entry === page.commonPrefixes.at(-1)) continue
    if (compareKeys(entry, after) <= 0) continue
    if (page.objects.length + page.commonPrefixes.length === limit) {
      return { ...page, next: limit === 0 ? undefined : last }
    }
    if (group === undefined) page.objects.push(version)
    else page.commonPrefixes.push(group)
    last = entry
  }
  return page
}

function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

/** Index of the first key that does not sort before `start`. */
function firstFrom(keys: string[], start: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareKeys(keys[middle]!, start) < 0) low = middle + 1
    else high = middle
  }
  return low
}

const entryOf = (version: ObjectVersion) => ({
  LastModified: new Date(version.modifiedAt).toISOString(),
  ETag: `"${version.etag}"`,
  Size: version.bytes,
  StorageClass: 'STANDARD',
})

const urlEncoded = (text: string): string =>
  text
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('%20', '+'))
    .join('/')

const listObjectVersions: Operation = (context, request) => {
  const bucket = bucketOf(context, request.bucket)
  const prefix = request.query.get('prefix') ?? ''
  const versions = keysInOrder(bucket)
    .filter((key) => key.startsWith(prefix))
    .flatMap((key) => bucket.versions.get(key)!.toReversed().map(versionEntry))
  return xmlReply('ListVersionsResult', {
    Name: bucket.name,
    Prefix: prefix,
    IsTruncated: false,
    Version: versions.filter((one) => !one.isDeleteMarker).map((one) => one.entry),
    DeleteMarker: versions.filter((one) => one.isDeleteMarker).map((one) => one.entry),
  })
}

const versionEntry = (version: ObjectVersion, age: number) => ({
  isDeleteMarker: version.isDeleteMarker === true,
  entry: {
    Key: version.key,
    VersionId: version.versionId,
    IsLatest: age === 0,
    ...entryOf(version),
  },
})

export const listingOperations: Record<string, Operation> = {
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
}
