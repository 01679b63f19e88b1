import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { ThroughlineError } from '../errors.js'
import type { StorageOptions } from './storage.js'

const mebibyte = 1024 * 1024
const connectionMs = 10_000

/** A bucket and the prefix in it that is the root of one storage, with the limits of its transfers. */
export interface BucketPlace {
  client: S3Client
  bucket: string
  /** Empty, or ending in `/`. */
  prefix: string
  maxAttempts: number
  partBytes: number
  parallelParts: number
  /** Whether requests carry checksums that the store did not ask for. */
  hasChecksums: boolean
  /** Above this many bytes an object is copied in parts. */
  copyLimitBytes: number
}

/** Bucket and prefix of `s3://bucket/prefix`; the prefix is empty or ends in `/`. */
export function bucketPathOf(url: string): Pick<BucketPlace, 'bucket' | 'prefix'> {
  const [, bucket, path = ''] = /^s3:\/\/([^/?#]+)\/*(.*)$/i.exec(url) ?? []
  if (bucket === undefined) {
    throw new ThroughlineError({
      code: 'config',
      at: url,
      expected: 's3://bucket or s3://bucket/prefix',
      found: 'no bucket name',
      remedy: 'Correct the storage URL in the config.',
    })
  }
  return { bucket, prefix: path === '' || path.endsWith('/') ? path : `${path}/` }
}

/** Reads `s3://bucket/prefix` and prepares its client; nothing is sent yet. */
export function bucketPlace(url: string, options: StorageOptions): BucketPlace {
  const maxAttempts = options.maxAttempts ?? 5
  return {
    ...bucketPathOf(url),
    client: new S3Client(clientConfig(options, maxAttempts)),
    maxAttempts,
    partBytes: options.partBytes ?? 16 * mebibyte,
    parallelParts: options.parallelParts ?? 4,
    hasChecksums: options.requestChecksumCalculation !== 'WHEN_REQUIRED',
    copyLimitBytes: 5 * 1024 * mebibyte,
  }
}

// Its notice about Node 20 would stand before every output; the lock file holds a version that runs there.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

function clientConfig(options: StorageOptions, maxAttempts: number): S3ClientConfig {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env
  // Servers other than AWS take any region, but a signature needs one.
  const fallback = options.endpoint === undefined ? undefined : 'us-east-1'
  const region = options.region ?? AWS_REGION ?? AWS_DEFAULT_REGION ?? fallback
  const { endpoint, forcePathStyle, requestChecksumCalculation, responseChecksumValidation } =
    options
  return {
    maxAttempts,
    retryMode: 'standard',
    // A body on which nothing arrives for this long is cut, and then resumed.
    requestHandler: {
      connectionTimeout: connectionMs,
      socketTimeout: options.stallMs ?? 60_000,
    },
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(forcePathStyle !== undefined && { forcePathStyle }),
    ...(requestChecksumCalculation !== undefined && { requestChecksumCalculation }),
    ...(responseChecksumValidation !== undefined && { responseChecksumValidation }),
  }
}

/** Where an object is, as errors name it. */
export const objectUrl = (place: BucketPlace, key: string): string =>
  `s3://${place.bucket}/${place.prefix}${key}`

/** Bucket and full key, as the SDK's commands take them. */
export const objectOf = (place: BucketPlace, key: string) => ({
  Bucket: place.bucket,
  Key: place.prefix + key,
})

/** An etag without its quotes, as storages show it. */
export const bareEtag = (etag: string | undefined): string => etag?.replace(/^"(.*)"$/, '$1') ?? ''

/** An etag as a header carries it. */
export const quotedEtag = (etag: string): string => (/^(W\/)?"/.test(etag) ? etag : `"${etag}"`)
