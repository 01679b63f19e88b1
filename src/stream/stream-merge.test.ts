import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { listTopic } from '../collect/log-objects.js'
import { openStorages } from '../storages.js'
import {
  ageArchive,
  archivedLines,
  createStreamProject,
  hashesOf,
  type StreamProject,
  type StreamSample,
  writeStreamSample,
} from '../testing/stream-project.js'
import type { StreamResult } from './stream.js'

let folder = ''
let sample: StreamSample
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-stream-merge-'))
  sample = await writeStreamSample(path.join(folder, 'sample'))
  sample.logs.get('clicks-0')!.unshift(Buffer.from('<html>'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const topics = ['web', 'clicks']

/** How many archived objects count, how many of these are merged ones, and how many wait to be deleted. */
async function countArchive({ config }: StreamProject) {
  const { archive } = openStorages(config).zones
  const found = await Promise.all(topics.map((topic) => listTopic(archive, topic, topic)))
  const objects = found.flatMap((one) => one.objects)
  return {
    objects: objects.length,
    merged: objects.filter(({ log }) => log!.merged).length,
    leftovers: found.flatMap(({ leftovers }) => leftovers).length,
  }
}

/** Streams until objects of hours that are over have been merged, and their parts are gone. */
async function streamAndMerge(project: StreamProject): Promise<StreamResult> {
  const stop = new AbortController()
  return project.stream({
    untilCaughtUp: false,
    signal: stop.signal,
    onTurn: (lag) =>
      void countArchive(project).then(({ merged, leftovers }) => {
        if (lag === 0 && merged > 0 && leftovers === 0) stop.abort()
      }),
  })
}

async function expectAllKept(project: StreamProject): Promise<void> {
  const { archive } = openStorages(project.config).zones
  for (const [name, records] of sample.logs)
    expect(await archivedLines(archive, name.replace('-', '/'))).toEqual(records.map(String))
  const streamed = await project.released()
  expect(streamed.tables.touchpoints!.rows).toBeGreaterThan(500)
  const full = await project.full()
  expect(hashesOf(full)).toEqual(hashesOf(streamed))
  expect(full.tables.objects!.content_hash).toBe(streamed.tables.objects!.content_hash)
  expect(full.tables.rejected_records!.content_hash).toBe(
    streamed.tables.rejected_records!.content_hash,
  )
}

test('archived objects of an hour become one, which is not read again, and the tables stay those of a full run', async () => {
  const project = await createStreamProject(path.join(folder, 'merge'), sample, {
    batch_records: 40,
    archive_merge_megabytes: 0,
  })
  await project.land()
  await project.feed(0, 0.6)
  await project.stream()
  await ageArchive(project)
  // Objects in a folder are other versions by their times, so what is older now is read again.
  await project.feed(0.6, 0.7)
  await project.stream()
  const before = await countArchive(project)
  expect(before).toMatchObject({ merged: 0, leftovers: 0 })
  project.config.stream.archive_merge_megabytes = 16
  await project.feed(0.7, 1)
  const { rows } = await streamAndMerge(project)
  expect(rows).toBeLessThan(0.35 * [...sample.logs.values()].flat().length)
  expect((await countArchive(project)).objects).toBeLessThan(before.objects)
  await expectAllKept(project)
}, 600_000)
