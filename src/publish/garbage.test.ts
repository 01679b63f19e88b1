import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Storage } from '../storage/storage.js'
import { collectGarbage, type Retention } from './garbage.js'
import { manifestKey } from './manifest.js'
import { type Release, readRelease } from './release.js'
import { memoryStorage } from './testing/memory-storage.js'
import { publishSample } from './testing/publish-sample.js'
import { type SampleReleases, writeSampleReleases } from './testing/sample-releases.js'
import type { TableOutput } from './upload.js'

let folder: string
let samples: SampleReleases
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-garbage-'))
  samples = await writeSampleReleases(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const hourMs = 3600 * 1000
const begin = Date.parse('2025-01-01T00:00:00Z')

async function keysOf(storage: Storage, prefix: string): Promise<string[]> {
  const keys = []
  for await (const { key } of storage.list(prefix)) keys.push(key)
  return keys
}

const filesOf = (release: Release): string[] =>
  Object.values(release.tables).flatMap(({ files }) => files.map(({ key }) => key))

/** A run: how long after the last it comes, which content its tables have, whether it dies while it uploads. */
const runs = fc.array(
  fc.record({
    hours: fc.integer({ min: 0, max: 40 }),
    contents: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
    dies: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
)

const outputsOf = (contents: readonly number[]): TableOutput[] =>
  contents.map((content, i) => ({ ...samples.outputs[0][i]!, contentHash: `${content}` }))

const retentions = fc.record({
  keepReleases: fc.integer({ min: 1, max: 4 }),
  keepHours: fc.constantFrom(2, 24),
  keepRecordDays: fc.constantFrom(1, 3),
})

test('over any history, what is kept is there, and what is neither kept nor young is gone', async () => {
  await fc.assert(
    fc.asyncProperty(runs, retentions, async (history, retention) => {
      let time = begin
      let isDying = false
      const storage = memoryStorage({
        now: () => time,
        onChange(_moment, _verb, key) {
          if (isDying && key.endsWith('manifest.json')) throw new Error('the process is dead')
        },
      })
      const releases: Release[] = []
      for (const { hours, contents, dies } of history) {
        time += hours * hourMs
        isDying = dies
        const options = { ...retention, now: () => time }
        const release = await publishSample(storage, outputsOf(contents), options).catch(
          () => undefined,
        )
        if (release) releases.push(release)
        if (release) await expectKept(storage, releases, retention, time)
      }
    }),
    { numRuns: 60 },
  )
})

async function expectKept(
  storage: Storage,
  releases: readonly Release[],
  { keepReleases, keepHours, keepRecordDays }: Retention,
  time: number,
): Promise<void> {
  const isYoung = (moment: number, hours: number): boolean => time - moment < hours * hourMs
  const kept = releases.filter((_, i) => {
    const next = releases[i + 1]
    const isRecent = i >= releases.length - keepReleases
    return isRecent || (next && isYoung(Date.parse(next.published_at), keepHours))
  })
  await expectKeys(storage, 'tables/', kept.flatMap(filesOf), (moment) =>
    isYoung(moment, keepHours),
  )
  await expectKeys(
    storage,
    '_runs/',
    kept.map(({ release }) => manifestKey(release)),
    (moment) => isYoung(moment, 24 * keepRecordDays),
  )
}

async function expectKeys(
  storage: Storage,
  prefix: string,
  kept: readonly string[],
  isYoung: (moment: number) => boolean,
): Promise<void> {
  const expected = new Set(kept)
  for await (const { key, modifiedAt } of storage.list(prefix))
    if (isYoung(modifiedAt.getTime())) expected.add(key)
  expect(await keysOf(storage, prefix)).toEqual([...expected].sort())
}

test('when the manifest of a kept release is gone, nothing is deleted', async () => {
  let time = begin
  const storage = memoryStorage({ now: () => time })
  for (const content of [0, 1, 2]) {
    await publishSample(storage, outputsOf([content]), { keepReleases: 3, now: () => time })
    time += 48 * hourMs
  }
  const { release } = (await readRelease(storage))!
  await storage.delete([manifestKey(release.previous!)])
  const before = await keysOf(storage, 'tables/')
  const options = { keepReleases: 2, keepHours: 24, keepRecordDays: 90, now: () => time }
  expect(await collectGarbage(storage, release, options)).toEqual([])
  expect(await keysOf(storage, 'tables/')).toEqual(before)
  const deleted = await collectGarbage(storage, release, { ...options, keepReleases: 1 })
  expect(deleted).toHaveLength(2)
})

test('only data files of runs are ever deleted', async () => {
  let time = begin
  const storage = memoryStorage({ now: () => time })
  const release = await publishSample(storage, samples.outputs[0], { now: () => time })
  const foreign = [
    'tables/channels/_delta_log/00000000000000000000.json',
    'tables/channels/data/notes.txt',
    'tables/notes/part-0000.parquet',
  ]
  const orphan = 'tables/gone/data/run/part-0000.parquet'
  for (const key of [...foreign, orphan]) await storage.write(key, 'x')
  time += 48 * hourMs
  const deleted = await collectGarbage(storage, release, {
    keepReleases: 1,
    keepHours: 24,
    keepRecordDays: 90,
    now: () => time,
  })
  expect(deleted).toEqual([orphan])
})
