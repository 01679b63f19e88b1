import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Storage } from '../storage/storage.js'
import { readLatest, repairLatest } from './latest.js'
import { acquireLease, type Lease } from './lease.js'
import { manifestKey } from './manifest.js'
import { type Publication, publishRelease } from './publish.js'
import { pointerKey, readRelease } from './release.js'
import { createRunId } from './run-id.js'
import { memoryStorage } from './testing/memory-storage.js'
import { publishSample, sampleRecord } from './testing/publish-sample.js'
import { followLatest, followPointer, pathsLatest } from './testing/readers.js'
import { type SampleReleases, writeSampleReleases } from './testing/sample-releases.js'
import type { TableOutput } from './upload.js'

let folder: string
let samples: SampleReleases
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-publish-'))
  samples = await writeSampleReleases(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const publicationOf = (lease: Lease, tables: readonly TableOutput[]): Publication => ({
  lease,
  expected: undefined,
  tables,
  inputsDigest: 'sha256:inputs',
  manifest: sampleRecord,
  keepReleases: 2,
  keepHours: 24,
  keepRecordDays: 90,
})

const takeLease = (storage: Storage): Promise<Lease> =>
  acquireLease(storage, { run: createRunId(), seconds: 60 })

async function keysOf(storage: Storage, prefix: string): Promise<string[]> {
  const keys = []
  for await (const { key } of storage.list(prefix)) keys.push(key)
  return keys
}

test('tables that the engine has put into the storage itself are copied there, file by file', async () => {
  const storage = memoryStorage()
  await storage.write('_work/run/journeys/1/part-00000-x.parquet', 'first rows')
  await storage.write('_work/run/journeys/1/part-00001-x.parquet', 'more')
  const stored = [
    { key: '_work/run/journeys/1/part-00000-x.parquet', rows: 4, bytes: 10 },
    { key: '_work/run/journeys/1/part-00001-x.parquet', rows: 2, bytes: 4 },
  ]
  const table = { table: 'journeys', stored, contentHash: '6:1', contractVersion: '1.0.0' }
  const release = await publishSample(storage, [table])
  const folder = `tables/journeys/data/${release.release}/`
  expect(release.tables.journeys).toMatchObject({ folder, rows: 6, bytes: 14 })
  expect((await storage.readText(`${folder}part-0000.parquet`))?.text).toBe('first rows')
  expect((await storage.readText('latest/journeys/part-0001.parquet'))?.text).toBe('more')
  const again = await publishSample(storage, [table])
  expect(again.tables.journeys).toEqual(release.tables.journeys)
})

test('a release is found by the pointer, in latest/ and in the manifest of its run', async () => {
  const storage = memoryStorage()
  expect(await readRelease(storage)).toBeUndefined()
  expect(await readLatest(storage)).toBeUndefined()
  const release = await publishSample(storage, samples.outputs[0])
  expect((await readRelease(storage))?.release).toEqual(release)
  const manifest = await storage.readText(manifestKey(release.release))
  expect(JSON.parse(manifest!.text)).toMatchObject({ ...sampleRecord, exit_status: 0, release })
  expect(await followPointer(storage, samples)).toBe(0)
  expect(await followLatest(storage, samples)).toBe(0)
  expect(await keysOf(storage, 'latest/')).toEqual([
    'latest/_release.json',
    'latest/channels/part-0000.parquet',
    'latest/customers/part-0000.parquet',
    'latest/journeys/part-0000.parquet',
  ])
})

test('a table that did not change keeps its files, in the release and in latest/', async () => {
  const copied: string[] = []
  const storage = memoryStorage({
    onChange(moment, verb, key) {
      if (moment === 'after' && verb === 'copy') copied.push(key)
    },
  })
  const first = await publishSample(storage, samples.outputs[0])
  copied.length = 0
  const second = await publishSample(storage, samples.outputs[1])
  expect(second.previous).toBe(first.release)
  expect(second.tables.customers).toEqual(first.tables.customers)
  expect(second.tables.channels?.folder).toBe(`tables/channels/data/${second.release}/`)
  expect(copied.sort()).toEqual(
    ['channels', 'journeys', 'refunds'].map((table) => `latest/${table}/part-0000.parquet`),
  )
})

test('a table is written anew when its contract changed or its earlier file is gone', async () => {
  const storage = memoryStorage()
  const first = await publishSample(storage, samples.outputs[0])
  const changed = samples.outputs[0].map((output) =>
    output.table === 'channels' ? { ...output, contractVersion: '2.0.0' } : output,
  )
  await storage.delete([first.tables.journeys!.files[0]!.key])
  const second = await publishSample(storage, changed)
  const isNew = (table: string) => second.tables[table]?.folder.endsWith(`${second.release}/`)
  expect(['channels', 'customers', 'journeys'].map(isNew)).toEqual([true, false, true])
  expect(await followPointer(storage, samples)).toBe(0)
})

test('a table that the release no longer has leaves latest/; files of others stay', async () => {
  const storage = memoryStorage()
  await publishSample(storage, samples.outputs[1])
  await storage.write('latest/README.md', 'ours')
  await publishSample(storage, samples.outputs[0])
  expect(await keysOf(storage, 'latest/refunds/')).toEqual([])
  expect((await storage.readText('latest/README.md'))?.text).toBe('ours')
})

test('of two runs that began from one release, the second to finish publishes nothing', async () => {
  const storage = memoryStorage()
  const time = Date.now()
  const late = await acquireLease(storage, {
    run: createRunId(),
    seconds: 1,
    now: () => time - 2_000,
  })
  await publishSample(storage, samples.outputs[0])
  const attempt = publishRelease(storage, publicationOf(late, samples.outputs[1]))
  await expect(attempt).rejects.toMatchObject({ code: 'conflict', exitCode: 4, at: pointerKey })
  expect(await followPointer(storage, samples)).toBe(0)
  expect(await followLatest(storage, samples)).toBe(0)
})

test('a run whose lease was taken over cannot publish, even before the other has', async () => {
  const storage = memoryStorage()
  const time = Date.now()
  const late = await acquireLease(storage, {
    run: createRunId(),
    seconds: 1,
    now: () => time - 2_000,
  })
  const other = await takeLease(storage)
  const attempt = publishRelease(storage, publicationOf(late, samples.outputs[1]))
  await expect(attempt).rejects.toMatchObject({ code: 'conflict', exitCode: 4, at: '_lock.json' })
  expect(await readRelease(storage)).toBeUndefined()
  await publishRelease(storage, publicationOf(other, samples.outputs[0]))
  expect(await followPointer(storage, samples)).toBe(0)
  await other.release()
})

test('a run that is overtaken between its last look at the lease and the swap loses the swap', async () => {
  let overtake: (() => Promise<void>) | undefined
  const storage = memoryStorage({
    async onChange(moment, _, key) {
      if (moment !== 'before' || key !== pointerKey) return
      const act = overtake
      overtake = undefined
      await act?.()
    },
  })
  const lease = await takeLease(storage)
  overtake = async () => {
    await storage.delete(['_lock.json'])
    await publishSample(storage, samples.outputs[1])
  }
  const attempt = publishRelease(storage, publicationOf(lease, samples.outputs[0]))
  await expect(attempt).rejects.toMatchObject({ code: 'conflict' })
  expect(await followPointer(storage, samples)).toBe(1)
  expect(await followLatest(storage, samples)).toBe(1)
})

test('a run that goes on copying after it was overtaken ends by showing the newer release', async () => {
  let overtake: (() => Promise<void>) | undefined
  const storage = memoryStorage({
    async onChange(moment, verb, key) {
      if (moment !== 'before' || verb !== 'copy' || !key.includes('journeys')) return
      const act = overtake
      overtake = undefined
      await act?.()
    },
  })
  overtake = async () => {
    await storage.delete(['_lock.json'])
    await publishSample(storage, samples.outputs[1])
  }
  await publishSample(storage, samples.outputs[0])
  expect(await followPointer(storage, samples)).toBe(1)
  expect(await followLatest(storage, samples)).toBe(1)
  expect(await pathsLatest(storage, samples)).toBe(1)
  expect(await repairLatest(storage)).toBe(false)
})

test('a copy in latest/ that another hand changed is noticed by readers and repaired', async () => {
  const storage = memoryStorage()
  await publishSample(storage, samples.outputs[0])
  await storage.write('latest/channels/part-0000.parquet', 'other')
  expect(await followLatest(storage, samples)).toBe(0)
  expect(await repairLatest(storage)).toBe(true)
  expect(await pathsLatest(storage, samples)).toBe(0)
  expect(await repairLatest(storage)).toBe(false)
})

test('writes that took effect although their reply was lost count', async () => {
  const storage = memoryStorage({
    onChange(moment, verb, key) {
      const isSmall = verb === 'write' && key.endsWith('.json')
      if (moment === 'after' && isSmall) throw new Error('connection reset')
    },
  })
  await publishSample(storage, samples.outputs[0])
  expect(await followPointer(storage, samples)).toBe(0)
  expect((await readLatest(storage))?.files[0]?.key).toMatch(/^latest\//)
})

test('a file that is not what the engine said is not published', async () => {
  const storage = memoryStorage()
  const [first, ...others] = samples.outputs[0]
  const { file } = first!
  const torn = path.join(folder, 'torn.parquet')
  await writeFile(torn, 'PAR1')
  const wrong = [
    { ...file, rows: file.rows + 1 },
    { ...file, bytes: file.bytes + 1 },
    { path: torn, rows: 1, bytes: 4 },
  ]
  for (const other of wrong) {
    const attempt = publishSample(storage, [{ ...first!, file: other }, ...others])
    await expect(attempt).rejects.toMatchObject({ code: 'bug', at: first!.table })
  }
  expect(await readRelease(storage)).toBeUndefined()
})

test('an upload that arrives short is not published', async () => {
  const memory = memoryStorage()
  const short: Storage = {
    ...memory,
    write: (key, body, condition) =>
      memory.write(key, key.startsWith('tables/') ? 'short' : body, condition),
  }
  const attempt = publishSample(short, samples.outputs[0])
  await expect(attempt).rejects.toMatchObject({ code: 'source', retryable: true })
  expect(await readRelease(memory)).toBeUndefined()
})

test('a run id is used once', async () => {
  const storage = memoryStorage()
  const lease = await takeLease(storage)
  await publishRelease(storage, publicationOf(lease, samples.outputs[0]))
  const again = publishRelease(storage, publicationOf(lease, samples.outputs[1]))
  await expect(again).rejects.toMatchObject({ code: 'bug', at: lease.run })
  expect(await followPointer(storage, samples)).toBe(0)
  await lease.release()
})

test.each(['{"format": 2}', '<html>'])(
  'a pointer that we cannot read stops the run: %s',
  async (text) => {
    const storage = memoryStorage()
    await storage.write(pointerKey, text)
    await expect(publishSample(storage, samples.outputs[0])).rejects.toMatchObject({
      code: 'config',
      at: pointerKey,
    })
  },
)
