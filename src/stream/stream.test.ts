import { appendFile, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { openStorage } from '../storage/storage.js'
import { readLatest } from '../testing/run-project.js'
import { hashesOf, type StreamProject } from '../testing/stream-project.js'
import { takeStreamSample } from '../testing/take-stream-sample.js'

const streams = takeStreamSample()

/** Makes one object of all that is archived of a partition; returns how many there are fewer. */
async function joinArchive({ config }: StreamProject): Promise<number> {
  const folder = path.join(config.storage.warehouse, '_log')
  const firsts = new Map<string, string>()
  let joined = 0
  for await (const { key } of openStorage(folder).list('')) {
    const [partition, file] = [path.dirname(key), path.join(folder, key)]
    const first = firsts.get(partition)
    if (first === undefined) firsts.set(partition, file)
    else {
      await appendFile(first, await readFile(file))
      await rm(file)
      joined++
    }
  }
  return joined
}

test('logs and objects that come bit by bit give the tables of a full run, however the logs were cut', async () => {
  const project = await streams.create('cuts', {
    batch_records: 170,
  })
  await project.land((key) => !key.includes('-1'))
  await project.feed(0, 0.4)
  const first = await project.stream()
  await project.feed(0.4, 1)
  await project.land()
  const second = await project.stream()
  expect([first.status, second.status]).toEqual(['caught_up', 'caught_up'])
  expect(first.batches + second.batches).toBeGreaterThan(4)
  const streamed = await project.released()
  expect(hashesOf(await project.full())).toEqual(hashesOf(streamed))
  expect(await joinArchive(project)).toBeGreaterThan(4)
  expect(hashesOf(await project.full())).toEqual(hashesOf(streamed))
}, 600_000)

test('what is no record keeps its place and its reason, and lost state is made again of the archive', async () => {
  const project = await streams.create('poison')
  project.config.stream.checkpoint_minutes = 'none'
  const click = (customer: string) =>
    Buffer.from(`{"customer":"${customer}",\r\n "time":"2025-06-09T08:00:00Z", "event":"visit"}`)
  await project.append('clicks-0', [Buffer.from('<html>'), Buffer.from([0xff, 0xfe, 0x41])])
  await project.append('clicks-0', [click('p1'), null, Buffer.alloc(0), Buffer.from('{"a":')])
  await project.append('clicks-0', [click('p2'), Buffer.from('a\0b')], 3)
  await project.append('clicks-0', [click('p3')], 5000)
  await project.append('clicks-0', [
    Buffer.from('{"customer":"p4","time":"no time","event":"visit"}'),
  ])
  const first = await project.stream()
  expect(first).toMatchObject({ status: 'caught_up', batches: 1, rows: 9 })
  const tables = await readLatest(path.join(project.config.storage.warehouse, 'latest'))
  const rejected = tables
    .get('rejected_records')!
    .map(({ object_key, row_number, reason }) => [object_key, row_number, reason])
    .sort(([, a], [, b]) => Number(a) - Number(b))
  const firstObject = `clicks/0/${'0'.repeat(20)}.ndjson`
  expect(rejected).toEqual([
    [firstObject, 1, 'malformed_json'],
    [firstObject, 2, 'invalid_utf8'],
    [firstObject, 5, 'malformed_json'],
    [firstObject, 6, 'malformed_json'],
    [firstObject, 11, 'nul_byte'],
    [`clicks/0/${'5011'.padStart(20, '0')}.ndjson`, 5013, 'unparseable_time'],
  ])
  expect(tables.get('touchpoints')).toHaveLength(3)
  const streamed = await project.released()
  await rm(project.config.run.state_folder, { recursive: true })
  await project.append('clicks-0', [click('p5')])
  expect(await project.stream()).toMatchObject({ batches: 1, rows: 10 })
  const { tables: again } = await project.released()
  expect(again.touchpoints!.rows).toBe(streamed.tables.touchpoints!.rows + 1)
  expect(hashesOf(await project.full())).toEqual(hashesOf(await project.released()))
}, 600_000)

test('a release that follows with nothing new brings up to date what the batches before have left', async () => {
  const project = await streams.create('later')
  await project.feed(0, 0.4)
  await project.stream()
  await project.feed(0.4, 1)
  const stop = new AbortController()
  const stopped = await project.stream({
    untilCaughtUp: false,
    signal: stop.signal,
    onBatch: () => stop.abort(),
  })
  expect(stopped).toMatchObject({ status: 'stopped', batches: 1, releases: [expect.any(String)] })
  const streamed = await project.released()
  expect(hashesOf(await project.full())).toEqual(hashesOf(streamed))
}, 600_000)
