import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Config } from '../config.js'
import { planJob } from '../plan.js'
import { type RunOptions, type RunResult, runJob } from '../run.js'
import { writeSample } from '../sample/write.js'
import { openStorage } from '../storage/storage.js'
import { localConfig } from '../testing/local-config.js'
import { parseCheckpoint } from './checkpoint.js'

/*
 * The state folder is lost, and the warehouse has a checkpoint of it or not.
 */

let folder = ''
let config: Config
let days: string[] = []
let releases: string[] = []

/** A full run and three increments, each with a checkpoint; the last day of the sample is still to come. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-lost-'))
  await writeSample(openStorage(path.join(folder, 'sample')), {
    touchpoints: 1000,
    folderMarkers: false,
  })
  config = withRun(localConfig(folder), { checkpoint_minutes: 0 })
  await cp(path.join(folder, 'sample', 'raw'), path.join(folder, 'raw'), { recursive: true })
  days = (await readdir(path.join(folder, 'raw', 'segment'))).sort().slice(-4)
  for (const day of days) await rm(path.join(folder, 'raw', 'segment', day))
  releases = [(await run()).release.release]
  for (const day of days.slice(0, 3)) {
    await add(day)
    releases.push((await run()).release.release)
  }
  await replace('warehouse', 'warehouse-before')
  await add(days[3]!)
}, 600_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const withRun = (given: Config, more: Partial<Config['run']>): Config => ({
  ...given,
  run: { ...given.run, ...more },
})

const add = (day: string): Promise<void> =>
  cp(path.join(folder, 'sample', 'raw', 'segment', day), path.join(folder, 'raw', 'segment', day))

async function replace(from: string, to: string): Promise<void> {
  await rm(path.join(folder, to), { recursive: true, force: true })
  await cp(path.join(folder, from), path.join(folder, to), { recursive: true })
}

/** Puts the warehouse back as it was before the last day came, and loses the disk. */
async function loseState(): Promise<void> {
  await replace('warehouse-before', 'warehouse')
  await rm(config.run.state_folder, { recursive: true, force: true })
}

const notices: string[] = []

async function run(
  options: Pick<RunOptions, 'full'> = {},
  given: Config = config,
): Promise<Extract<RunResult, { status: 'published' }>> {
  notices.length = 0
  const onNotice = (notice: string) => notices.push(notice)
  const result = await runJob({ config: given, version: 'test', onNotice, ...options })
  if (result.status !== 'published') throw new Error(`expected a release, found ${result.status}`)
  return result
}

type Run = Awaited<ReturnType<typeof run>>

const hashes = ({ release }: Run): Record<string, string> =>
  Object.fromEntries(
    Object.entries(release.tables).map(([table, { content_hash }]) => [table, content_hash]),
  )

const pointerFile = () => path.join(folder, 'warehouse', '_state', 'checkpoint.json')
const pointer = async () => parseCheckpoint(await readFile(pointerFile(), 'utf8'))
const incremental = { mode: 'incremental', objectsRead: 1, objectsWithdrawn: 0 }

test('the next run goes on from the checkpoint, and makes what a full run makes', async () => {
  await loseState()
  const { increment, restores } = await planJob(config, 'test')
  expect([increment, restores]).toEqual([undefined, releases.at(-1)])
  const last = await run()
  expect(last.scope).toEqual(incremental)
  expect(notices).toEqual([
    expect.stringMatching(`^Restored .* checkpoint of release ${releases.at(-1)}: `),
    expect.stringMatching(`^Checkpoint of release ${last.release.release}: `),
  ])
  expect((await pointer()).release).toBe(last.release.release)
  const full = await run({ full: true })
  expect(full.scope.mode).toBe('full')
  expect(hashes(full)).toEqual(hashes(last))
}, 600_000)

test('a checkpoint that is damaged is not used, which is said in one line, and is replaced at once', async () => {
  await loseState()
  const { key } = (await pointer()).files[0]!.parts.at(-1)!
  await rm(path.join(folder, 'warehouse', key))
  const last = await run({}, withRun(config, { checkpoint_minutes: 600 }))
  expect(last.scope.mode).toBe('full')
  expect(notices).toEqual([
    expect.stringMatching(`^The checkpoint is not used: .*${key}: expected an object, found none`),
    expect.stringMatching(`^Checkpoint of release ${last.release.release}: `),
  ])
  expect(notices.join('')).not.toContain('\n')
  await rm(config.run.state_folder, { recursive: true })
  const again = await run({}, config).catch((error: Error) => error)
  expect(again).toMatchObject({ message: 'expected a release, found nothing_new' })
  await rm(path.join(folder, 'raw', 'segment', days[0]!))
  expect((await run()).scope).toEqual({ ...incremental, objectsRead: 0, objectsWithdrawn: 1 })
  await add(days[0]!)
}, 600_000)

test('a pointer that nobody can read, and another config, lead to a full run', async () => {
  await loseState()
  await writeFile(pointerFile(), '{"format": 1')
  expect((await run()).scope.mode).toBe('full')
  expect(notices[0]).toMatch(/^The checkpoint is not used: _state\/checkpoint.json: /)
  await loseState()
  const journeys = { ...config.journeys, journey_inactivity_days: 60 }
  const other = await run({}, withRun({ ...config, journeys }, { checkpoint_minutes: 600 }))
  expect(other.scope.mode).toBe('full')
  expect(notices).toEqual([expect.stringMatching(/^Checkpoint of release/)])
}, 600_000)

test('a run that makes no checkpoints restores one all the same, and leaves it', async () => {
  const { release } = await pointer()
  await rm(config.run.state_folder, { recursive: true, force: true })
  await rm(path.join(folder, 'raw', 'segment', days[0]!))
  const { journeys } = config
  const made = withRun(
    { ...config, journeys: { ...journeys, journey_inactivity_days: 60 } },
    { checkpoint_minutes: 'none' },
  )
  notices.length = 0
  expect((await run({}, made)).scope.mode).toBe('incremental')
  expect(notices).toEqual([expect.stringContaining(`from the checkpoint of release ${release}: `)])
  expect((await pointer()).release).toBe(release)
}, 600_000)
