import { beforeAll, expect, test } from '@jest/globals'
import { listTopic } from '../collect/log-objects.js'
import { openStorages } from '../storages.js'
import {
  ageArchive,
  archivedLines,
  hashesOf,
  type StreamProject,
} from '../testing/stream-project.js'
import { takeStreamSample } from '../testing/take-stream-sample.js'
import type { StreamResult } from './stream.js'

const streams = takeStreamSample()
beforeAll(async () => {
  streams.sample.logs.get('clicks-0')!.unshift(Buffer.from('<html>'))
})

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
  for (const [name, records] of streams.sample.logs)
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
  const project = await streams.create('merge', {
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
  expect(rows).toBeLessThan(0.35 * [...streams.sample.logs.values()].flat().length)
  expect((await countArchive(project)).objects).toBeLessThan(before.objects)
  await expectAllKept(project)
}, 600_000)
