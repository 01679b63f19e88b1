import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Fault } from '../storage/dev-s3/server.js'
import type { Storage } from '../storage/storage.js'
import { withDevBucket } from '../testing/dev-bucket.js'
import { publishSample } from './testing/publish-sample.js'
import { followLatest, followPointer, pathsLatest } from './testing/readers.js'
import { type SampleReleases, writeSampleReleases } from './testing/sample-releases.js'

let folder: string
let samples: SampleReleases
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-bucket-'))
  samples = await writeSampleReleases(path.join(folder, 'samples'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function publishTwice(storage: Storage): Promise<void> {
  for (const variant of [0, 1] as const) {
    await publishSample(storage, samples.outputs[variant])
    expect(await followPointer(storage, samples)).toBe(variant)
    expect(await followLatest(storage, samples)).toBe(variant)
    expect(await pathsLatest(storage, samples)).toBe(variant)
  }
}

test('releases follow one another in a bucket', () => withDevBucket([], publishTwice))

test.each([
  ['PutObject', '_lock.json'],
  ['PutObject', '_release.json'],
  ['PutObject', 'latest/_release.json'],
  ['CopyObject', 'latest/journeys/part-0000.parquet'],
])('a lost reply to a %s of %s does not stop a run', (operation, name) => {
  const fault: Fault = {
    operation,
    key: `root/${name}`,
    times: 1,
    effect: { kind: 'lost_reply' },
  }
  return withDevBucket([fault], publishTwice)
})
