import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openStorage } from '../storage/storage.js'
import {
  createStreamProject,
  hashesOf,
  type StreamProject,
  type StreamSample,
  writeStreamSample,
} from '../testing/stream-project.js'

let folder = ''
let sample: StreamSample
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-stream-'))
  sample = await writeStreamSample(path.join(folder, 'sample'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

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
  const project = await createStreamProject(path.join(folder, 'cuts'), sample, {
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
})
