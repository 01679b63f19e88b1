import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Config } from '../config.js'
import { configDigest } from '../config-digest.js'
import { columnsOf, readContracts } from '../contract.js'
import { makeWorkFolder } from '../prepare.js'
import { schemaFolders } from '../project.js'
import { readRelease } from '../publish/release.js'
import { type RunOptions, runJob } from '../run.js'
import { writeSample } from '../sample/write.js'
import { closeState, openState } from '../state/state.js'
import { databaseOf } from '../state/state-files.js'
import { stateFolderOf } from '../state/state-folder.js'
import { openStorage } from '../storage/storage.js'
import { compileCli } from '../testing/compile-cli.js'
import { type Hashes, hashesOf } from '../testing/increment-project.js'
import { localConfig } from '../testing/local-config.js'
import { version } from '../version.js'

const kills = Number(process.env.THROUGHLINE_KILLS ?? 5)
/** About how long a small increment changes the file of the kept tables. */
const changingMilliseconds = 1500

let folder = ''
let config: Config
let cli = ''
let days: string[] = []
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-killed-'))
  await writeSample(openStorage(folder), { touchpoints: 3000, folderMarkers: false })
  await cp(path.join(folder, 'raw', 'segment'), path.join(folder, 'later'), { recursive: true })
  days = (await readdir(path.join(folder, 'later'))).sort().slice(-kills - 1)
  for (const day of days) await rm(path.join(folder, 'raw', 'segment', day))
  config = localConfig(folder)
  await writeFile(path.join(folder, 'my.yaml'), JSON.stringify(config))
  cli = await compileCli(path.join(folder, 'package'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test(`an increment that is killed at any moment leaves kept tables that are whole (${kills} times)`, async () => {
  await run({})
  const kept = databaseOf(stateFolderOf(config)!)
  for (const day of days.slice(0, kills)) {
    await land(day)
    await runUntilKilled(kept)
    await expectWhole()
  }
  await land(days.at(-1)!)
  const last = await run({})
  expect(last.scope.mode).toBe('incremental')
  expect(hashesOf(last.release)).toEqual(hashesOf((await run({ full: true })).release))
}, 900_000)

const land = (day: string): Promise<void> =>
  rename(path.join(folder, 'later', day), path.join(folder, 'raw', 'segment', day))

async function run(options: Pick<RunOptions, 'full'>) {
  const result = await runJob({ config, version, ...options })
  if (result.status !== 'published') throw new Error(`expected a release, found ${result.status}`)
  return result
}

/** Kills a run some time after it has begun to change the file. */
async function runUntilKilled(file: string): Promise<void> {
  const before = await stat(file)
  const child = spawn(process.execPath, [cli, 'run', '--config', path.join(folder, 'my.yaml')], {
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  const isAlive = () => child.exitCode === null && child.signalCode === null
  const isChanged = async () => (await stat(file)).mtimeMs !== before.mtimeMs
  while (isAlive() && !(await isChanged())) await sleep(2)
  await sleep(Math.random() * changingMilliseconds)
  child.kill('SIGKILL')
  await ended
}

/** Asserts that each published table is kept as it was said to be when its rows were counted and summed. */
async function expectWhole(): Promise<void> {
  const workFolder = await makeWorkFolder(config)
  const { release } = (await readRelease(openStorage(config.storage.warehouse)))!.release
  const wanted = { configHash: configDigest(config, version), release, workFolder }
  const state = (await openState(config, wanted))!
  const contracts = readContracts(schemaFolders())
  const found: Record<string, string> = {}
  for (const table of state.hashes.keys())
    found[table] = await state.engine.contentHash(table, columnsOf(contracts.get(table)!))
  const told: Hashes = Object.fromEntries(state.hashes)
  await closeState(state)
  await rm(workFolder, { recursive: true })
  expect(found).toEqual(told)
}
