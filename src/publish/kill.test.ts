import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ThroughlineError } from '../errors.js'
import { openLocal } from '../storage/local.js'
import type { Storage } from '../storage/storage.js'
import { compilePublisher } from './testing/compile.js'
import { publishSample } from './testing/publish-sample.js'
import { followLatest, followPointer, globLatest, pathsLatest } from './testing/readers.js'
import { type SampleReleases, writeSampleReleases } from './testing/sample-releases.js'

const kills = Number(process.env.THROUGHLINE_KILLS ?? 10)
/** About how long the publisher takes for two releases. */
const roundMs = 1_000

let folder: string
let samples: SampleReleases
let program: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-kill-'))
  samples = await writeSampleReleases(path.join(folder, 'samples'))
  program = await compilePublisher(path.join(folder, 'program'))
  await writeFile(path.join(folder, 'releases.json'), JSON.stringify(samples.outputs))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test(`a run that is killed at any moment leaves one whole release, and the next run repairs (${kills} times)`, async () => {
  const warehouse = path.join(folder, 'warehouse')
  const storage = openLocal(warehouse)
  for (let kill = 0; kill < kills; kill++) {
    await publishUntilKilled(storage, warehouse, Math.random() * roundMs)
    await expectPromises(storage)
    const variant = kill % 2 === 0 ? 1 : 0
    await publishWhenFree(storage, variant)
    expect(await followPointer(storage, samples)).toBe(variant)
    expect(await followLatest(storage, samples)).toBe(variant)
    expect(await pathsLatest(storage, samples)).toBe(variant)
  }
}, 600_000)

/** Starts the publisher, reads beside it, and kills it after so many milliseconds of publishing. */
async function publishUntilKilled(
  storage: Storage,
  warehouse: string,
  milliseconds: number,
): Promise<void> {
  const child = spawn(process.execPath, [program, warehouse, path.join(folder, 'releases.json')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)
  while (child.exitCode === null && child.signalCode === null) await expectPromises(storage)
  clearTimeout(timer)
  expect(await ended).toEqual([null, 'SIGKILL'])
}

async function expectPromises(storage: Storage): Promise<void> {
  await followPointer(storage, samples)
  await followLatest(storage, samples)
  await globLatest(storage, samples)
  await pathsLatest(storage, samples)
}

/** Publishes as soon as the lease of the killed run has expired. */
async function publishWhenFree(storage: Storage, variant: 0 | 1): Promise<void> {
  for (;;) {
    try {
      await publishSample(storage, samples.outputs[variant])
      return
    } catch (error) {
      if (!(error instanceof ThroughlineError && error.code === 'lock')) throw error
      await sleep(50)
    }
  }
}
