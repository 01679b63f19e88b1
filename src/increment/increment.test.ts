import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Config } from '../config.js'
import { planJob } from '../plan.js'
import { type RunOptions, type RunResult, runJob } from '../run.js'
import { writeSample } from '../sample/write.js'
import { openStorage } from '../storage/storage.js'
import { localConfig } from '../testing/local-config.js'

let folder = ''
let days: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-increment-'))
  await writeSample(openStorage(path.join(folder, 'sample')), {
    touchpoints: 4000,
    folderMarkers: false,
  })
  const names = await readdir(path.join(folder, 'sample', 'raw', 'segment'))
  days = names.sort().map((name) => path.join('segment', name))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const configOf = (name: string): Config => localConfig(path.join(folder, name))

/** A raw zone of the sample without some objects, which come later. */
async function zoneWithout(name: string, later: readonly string[]): Promise<void> {
  await cp(path.join(folder, 'sample', 'raw'), path.join(folder, name, 'raw'), { recursive: true })
  for (const key of later) await rm(path.join(folder, name, 'raw', key))
}

async function add(name: string, key: string): Promise<void> {
  const target = path.join(folder, name, 'raw', key)
  await mkdir(path.dirname(target), { recursive: true })
  await cp(path.join(folder, 'sample', 'raw', key), target)
}

type Published = Extract<RunResult, { status: 'published' }>

async function run(
  name: string,
  options: Pick<RunOptions, 'full'> = {},
  config: Config = configOf(name),
): Promise<Published> {
  const result = await runJob({ config, version: 'test', ...options })
  if (result.status !== 'published') throw new Error(`expected a release, found ${result.status}`)
  return result
}

const hashes = ({ release }: Published): Record<string, string> =>
  Object.fromEntries(
    Object.entries(release.tables).map(([table, { content_hash }]) => [table, content_hash]),
  )

/** What was made step by step is what is made at once, customer ids given. */
async function expectAsInFull(name: string, last: Published): Promise<void> {
  const full = await run(name, { full: true })
  expect(full.scope.mode).toBe('full')
  expect(hashes(last)).toEqual(hashes(full))
}

test('days that come one by one give the tables of all at once', async () => {
  const later = [...days.slice(-3), 'hubspot/contacts-2025-12-31.csv']
  await zoneWithout('daily', later)
  let last = await run('daily')
  expect(last.scope.mode).toBe('full')
  for (const key of later) {
    await add('daily', key)
    last = await run('daily')
    expect(last.scope).toEqual({ mode: 'incremental', objectsRead: 1, objectsWithdrawn: 0 })
  }
  await expectAsInFull('daily', last)
})

test('objects that are deleted, rewritten and renamed withdraw their rows', async () => {
  await zoneWithout('withdrawn', [])
  const raw = path.join(folder, 'withdrawn', 'raw')
  const first = await run('withdrawn')
  await rm(path.join(raw, days[100]!))
  await cp(path.join(raw, days[101]!), path.join(raw, days[102]!))
  await rename(path.join(raw, days[103]!), path.join(raw, 'segment', 'renamed.ndjson.gz'))
  const second = await run('withdrawn')
  expect(second.scope).toEqual({ mode: 'incremental', objectsRead: 2, objectsWithdrawn: 3 })
  expect(second.release.tables.touchpoints!.rows).toBeLessThan(
    first.release.tables.touchpoints!.rows,
  )
  await expectAsInFull('withdrawn', second)
})

test('the run after an increment goes on from it, and the last events may be withdrawn', async () => {
  await zoneWithout('turned', [])
  await run('turned')
  for (const key of days.slice(-2)) await rm(path.join(folder, 'turned', 'raw', key))
  const earlier = await run('turned')
  for (const key of days.slice(-2)) await add('turned', key)
  const later = await run('turned')
  expect([earlier.scope.mode, later.scope.mode]).toEqual(['incremental', 'incremental'])
  await expectAsInFull('turned', later)
})

/** What a plan says of a run with other settings of runs. */
async function reasonWith(config: Config, changed: Partial<Config['run']>): Promise<string> {
  const { mode, reason } = await planJob({ ...config, run: { ...config.run, ...changed } }, 'test')
  return `${mode}: ${reason}`
}

test('a plan tells what the next run touches, and changes nothing', async () => {
  await zoneWithout('planned', [days.at(-1)!])
  const config = configOf('planned')
  const unmade = await planJob(config, 'test')
  expect(unmade).toMatchObject({ mode: 'full', reason: 'the warehouse has no release' })
  expect(unmade.increment).toBeUndefined()
  const first = await run('planned')
  expect(await planJob(config, 'test')).toMatchObject({ mode: 'none', nothingNew: true })
  await add('planned', days.at(-1)!)
  await rm(path.join(folder, 'planned', 'raw', days[0]!))
  const { increment, mode, nothingNew, sources } = await planJob(config, 'test')
  expect([mode, nothingNew]).toEqual(['incremental', false])
  expect(sources.find(({ source }) => source === 'web')).toMatchObject({
    new: 1,
    rewritten: 0,
    deleted: 1,
  })
  expect(increment).toMatchObject({ objectsToRead: 1, objectsWithdrawn: 1 })
  expect(await reasonWith(config, { state_folder: 'none' })).toMatch(/^full: nothing is kept/)
  const empty = path.join(folder, 'planned', 'empty')
  expect(await reasonWith(config, { state_folder: empty })).toMatch(/^full: .*empty.* no tables/)
  expect(await reasonWith(config, { as_of: '2030-01-01' })).toMatch(/^full: config, /)
  const second = await run('planned')
  expect(second.scope).toEqual({ mode: 'incremental', objectsRead: 1, objectsWithdrawn: 1 })
  expect(increment!.rows).toBe(second.figures.rowsRead)
  const { customers } = second.release.tables
  const grown = customers!.rows - first.release.tables.customers!.rows
  expect(increment!.customers).toBeGreaterThan(0)
  expect(increment!.newIdentifierSets).toBeGreaterThanOrEqual(grown)
  const contacts = path.join(folder, 'planned', 'raw', 'hubspot', 'contacts-2025-12-31.csv')
  const last = (await readFile(contacts, 'utf8')).trimEnd().split('\n').at(-1)
  await appendFile(contacts, `${last}\n`)
  const again = await planJob(config, 'test')
  expect(again.increment).toMatchObject({ objectsToRead: 1, customers: 1, newIdentifierSets: 0 })
})

test('spend alone changes what hangs on spend', async () => {
  await zoneWithout('spend', ['google_ads/2025-12.csv'])
  const before = await run('spend')
  await add('spend', 'google_ads/2025-12.csv')
  const after = await run('spend')
  const changed = Object.entries(hashes(after)).filter(
    ([table, hash]) => hashes(before)[table] !== hash,
  )
  expect(changed.map(([table]) => table).sort()).toEqual(['ad_spend', 'objects'])
  await expectAsInFull('spend', after)
})

test('another config asks for a full run, a release that was made elsewhere for none', async () => {
  await zoneWithout('elsewhere', days.slice(-2))
  const config = configOf('elsewhere')
  const kept = { ...config.run, state_folder: path.join(folder, 'elsewhere', 'another') }
  const modes = [(await run('elsewhere', {}, config)).scope.mode]
  await add('elsewhere', days.at(-2)!)
  modes.push((await run('elsewhere', {}, { ...config, run: kept })).scope.mode)
  await add('elsewhere', days.at(-1)!)
  const last = await run('elsewhere', {}, config)
  expect(last.scope).toEqual({ mode: 'incremental', objectsRead: 2, objectsWithdrawn: 0 })
  await expectAsInFull('elsewhere', last)
  const journeys = { ...config.journeys, journey_inactivity_days: 60 }
  modes.push((await run('elsewhere', {}, { ...config, journeys })).scope.mode)
  expect(modes).toEqual(['full', 'full', 'full'])
})

test('kept tables that are damaged are restored, or made again', async () => {
  await zoneWithout('damaged', days.slice(-2))
  const given = configOf('damaged')
  const config: Config = { ...given, run: { ...given.run, checkpoint_minutes: 0 } }
  await run('damaged', {}, config)
  const state = path.join(folder, 'damaged', 'state')
  const [warehouse] = await readdir(state)
  const damage = () => writeFile(path.join(state, warehouse!, 'tables.duckdb'), 'no database')
  await damage()
  await add('damaged', days.at(-2)!)
  expect((await run('damaged', {}, config)).scope.mode).toBe('incremental')
  await damage()
  await rm(path.join(folder, 'damaged', 'warehouse', '_state'), { recursive: true })
  await add('damaged', days.at(-1)!)
  expect((await run('damaged', {}, config)).scope.mode).toBe('full')
})
