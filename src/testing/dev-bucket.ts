import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { type Fault, startDevS3 } from '../storage/dev-s3/server.js'
import { openStorage, type Storage, type StorageOptions } from '../storage/storage.js'

export const credentials = { accessKeyId: 'development', secretAccessKey: 'not a secret' }

/** Lets storages of this process find the credentials that servers of tests know. */
export function provideCredentials(): void {
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey
}

export interface DevBucket {
  endpoint: string
  /** Below the prefix `root` of the bucket `bucket`. */
  storage: Storage
  close: () => Promise<void>
}

/** A development server with one bucket, in which these things go wrong. */
export async function openDevBucket(
  faults: readonly Fault[] = [],
  options: StorageOptions = {},
): Promise<DevBucket> {
  provideCredentials()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-bucket-'))
  const { endpoint, close } = await startDevS3({ folder, ...credentials, faults })
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
  await client.send(new CreateBucketCommand({ Bucket: 'bucket' }))
  client.destroy()
  return {
    endpoint,
    storage: openStorage('s3://bucket/root', { endpoint, forcePathStyle: true, ...options }),
    async close() {
      await close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Works with the storage of such a bucket. */
export async function withDevBucket(
  faults: readonly Fault[],
  use: (storage: Storage) => Promise<void>,
): Promise<void> {
  const { storage, close } = await openDevBucket(faults)
  try {
    await use(storage)
  } finally {
    await close()
  }
}
