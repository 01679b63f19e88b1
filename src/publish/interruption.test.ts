import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Storage } from '../storage/storage.js'
import { memoryStorage } from './testing/memory-storage.js'
import { publishSample } from './testing/publish-sample.js'
import { followLatest, followPointer, globLatest, pathsLatest } from './testing/readers.js'
import { type SampleReleases, writeSampleReleases } from './testing/sample-releases.js'

let folder: string
let samples: SampleReleases
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-interruption-'))
  samples = await writeSampleReleases(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const dayMs = 24 * 3600 * 1000

interface History {
  storage: Storage
  publish: (variant: 0 | 1) => Promise<void>
  /** From now on readers look on, and only so many halves of changes take place before the process is dead. */
  breakAfter: (halves: number) => void
  /** The changes since then, each twice: as it began and as it had taken place. */
  changes: () => readonly string[]
}

/** A warehouse on which each run comes two days after the last, so that garbage is old enough to be collected. */
function history(): History {
  let time = Date.parse('2025-01-01T00:00:00Z')
  let changes: string[] = []
  let limit: number | undefined
  const storage = memoryStorage({
    now: () => time,
    async onChange(_moment, verb, key) {
      if (limit === undefined) return
      if (changes.length >= limit) throw new Error('the process is dead')
      changes.push(`${verb} ${key.split('/')[0]}`)
      await readAll(storage)
    },
  })
  return {
    storage,
    async publish(variant) {
      time += 2 * dayMs
      await publishSample(storage, samples.outputs[variant], { keepReleases: 1, now: () => time })
    },
    breakAfter(count) {
      changes = []
      limit = count
    },
    changes: () => changes,
  }
}

async function readAll(storage: Storage): Promise<void> {
  await followPointer(storage, samples)
  await followLatest(storage, samples)
  await globLatest(storage, samples)
  await pathsLatest(storage, samples)
}

async function expectVariant(storage: Storage, variant: 0 | 1): Promise<void> {
  expect(await followPointer(storage, samples)).toBe(variant)
  expect(await followLatest(storage, samples)).toBe(variant)
  expect(await pathsLatest(storage, samples)).toBe(variant)
}

/** Two releases, so that the next run has garbage to collect. */
async function begin(): Promise<History> {
  const warehouse = history()
  await warehouse.publish(0)
  await warehouse.publish(1)
  return warehouse
}

async function changesOfOneRun(): Promise<readonly string[]> {
  const warehouse = await begin()
  warehouse.breakAfter(Number.POSITIVE_INFINITY)
  await warehouse.publish(0)
  return warehouse.changes()
}

test('a run that ends before or after any of its changes leaves one whole release, and the next repairs', async () => {
  const changes = await changesOfOneRun()
  const kinds = ['_lock.json', 'tables', '_runs', '_release.json', 'latest'].map(
    (k) => `write ${k}`,
  )
  expect([...new Set(changes)].sort()).toEqual(
    [...kinds, 'copy latest', 'delete latest', 'delete tables'].sort(),
  )
  for (let halves = 0; halves < changes.length; halves++) {
    const warehouse = await begin()
    warehouse.breakAfter(halves)
    await warehouse.publish(0).catch(() => undefined)
    await readAll(warehouse.storage)
    warehouse.breakAfter(Number.POSITIVE_INFINITY)
    const next = halves % 2 === 0 ? 0 : 1
    await warehouse.publish(next)
    await expectVariant(warehouse.storage, next)
  }
})

test('the first run of all may end anywhere too', async () => {
  for (let halves = 0; halves < 24; halves++) {
    const warehouse = history()
    warehouse.breakAfter(halves)
    await warehouse.publish(0).catch(() => undefined)
    warehouse.breakAfter(Number.POSITIVE_INFINITY)
    await warehouse.publish(1)
    await expectVariant(warehouse.storage, 1)
  }
})
