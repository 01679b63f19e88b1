import { beforeAll, expect, test } from '@jest/globals'
import { listTopic } from '../collect/log-objects.js'
import { openStorages } from '../storages.js'
import { keyColumn, textColumn } from '../testing/contract-of.js'
import { bigintColumn, modelOf } from '../testing/own-models.js'
import { type ProjectFiles, withProject } from '../testing/run-project.js'
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
async function streamAndMerge(
  project: StreamProject,
  projectFolder?: string,
): Promise<StreamResult> {
  const stop = new AbortController()
  return project.stream({
    untilCaughtUp: false,
    projectFolder,
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

/** Models of one's own that say of which object rows are: counted, row by row, with a reader, of a view and as a list. */
const ownModels: ProjectFiles = {
  ...modelOf(
    'rows_of_objects',
    { published: true },
    { object_id: keyColumn, row_count: bigintColumn },
    'select object_id, cast(count(*) as bigint) as row_count from events group by object_id',
  ),
  ...modelOf(
    'objects_of_records',
    { published: true, slice: 'record' },
    { record_id: keyColumn, object_id: textColumn },
    'select record_id, object_id from events',
  ),
  ...modelOf(
    'firsts_of_customers',
    { published: true, slice: 'customer' },
    { customer_id: keyColumn, object_id: textColumn },
    `select e.customer_id, min(o.object_id) as object_id
    from objects_of_records o join customer_events e on e.record_id = o.record_id group by e.customer_id`,
  ),
  ...modelOf(
    'places_of_records',
    { materialise: 'view', slice: 'record' },
    { record_id: keyColumn, place: textColumn },
    `select record_id, object_id || ':' || cast(row_number as string) as place from events`,
  ),
  ...modelOf(
    'first_place',
    { published: true },
    { place: keyColumn },
    'select min(place) as place from places_of_records',
  ),
  ...modelOf(
    'known_objects',
    { slice: 'value' },
    { object_id: keyColumn },
    'select object_id from events group by object_id',
  ),
  ...modelOf(
    'objects_with_events',
    { published: true },
    { object_id: keyColumn },
    'select o.object_id from objects o join known_objects k on k.object_id = o.object_id',
  ),
}

test('models of one’s own that tell of objects have the merged ones', async () => {
  const project = await streams.create('own', { batch_records: 40, archive_merge_megabytes: 0 })
  await withProject(ownModels, {}, async ({ folder: projectFolder }) => {
    await project.feed(0, 0.1)
    await project.stream({ projectFolder })
    await ageArchive(project)
    await project.feed(0.1, 0.15)
    await project.stream({ projectFolder })
    project.config.stream.archive_merge_megabytes = 16
    await project.feed(0.15, 0.2)
    await streamAndMerge(project, projectFolder)
    const streamed = await project.released()
    const full = await project.full(projectFolder)
    const hashes = ({ tables }: typeof full) =>
      [
        'rows_of_objects',
        'objects_of_records',
        'firsts_of_customers',
        'first_place',
        'objects_with_events',
      ].map((table) => `${table} ${tables[table]!.content_hash}`)
    expect(hashes(streamed)).toEqual(hashes(full))
  })
}, 600_000)
