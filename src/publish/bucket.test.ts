import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Fault, startDevS3 } from '../storage/dev-s3/server.js'
import { openStorage, type Storage } from '../storage/storage.js'
import { publishSample } from './testing/publish-sample.js'
import { followLatest, followPointer, pathsLatest } from './testing/readers.js'
import { type SampleReleases, writeSampleReleases } from './testing/sample-releases.js'

const credentials = { accessKeyId: 'development', secretAccessKey: 'not a secret' }

let folder: string
let samples: SampleReleases
beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-bucket-'))
  samples = await writeSampleReleases(path.join(folder, 'samples'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function withBucket(
  faults: Fault[],
  use: (storage: Storage) => Promise<void>,
): Promise<void> {
  const objects = await mkdtemp(path.join(folder, 'objects-'))
  const { endpoint, close } = await startDevS3({ folder: objects, ...credentials, faults })
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
  try {
    await client.send(new CreateBucketCommand({ Bucket: 'bucket' }))
    await use(openStorage('s3://bucket/warehouse', { endpoint, forcePathStyle: true }))
  } finally {
    client.destroy()
    await close()
  }
}

async function publishTwice(storage: Storage): Promise<void> {
  for (const variant of [0, 1] as const) {
    await publishSample(storage, samples.outputs[variant])
    expect(await followPointer(storage, samples)).toBe(variant)
    expect(await followLatest(storage, samples)).toBe(variant)
    expect(await pathsLatest(storage, samples)).toBe(variant)
  }
}

test('releases follow one another in a bucket', () => withBucket([], publishTwice))

test.each([
  ['PutObject', '_lock.json'],
  ['PutObject', '_release.json'],
  ['PutObject', 'latest/_release.json'],
  ['CopyObject', 'latest/journeys/part-0000.parquet'],
])('a lost reply to a %s of %s does not stop a run', (operation, name) => {
  const fault: Fault = {
    operation,
    key: `warehouse/${name}`,
    times: 1,
    effect: { kind: 'lost_reply' },
  }
  return withBucket([fault], publishTwice)
})
