import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { cp, mkdtemp, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Config } from '../config.js'
import { builtInFolder } from '../project.js'
import { pointerKey } from '../publish/release.js'
import { type RunOptions, runJob } from '../run.js'
import { writeSample } from '../sample/write.js'
import { databaseOf } from '../state/state-files.js'
import { stateFolderOf } from '../state/state-folder.js'
import { openStorage } from '../storage/storage.js'
import { compileCli } from '../testing/compile-cli.js'
import { hashesOf, type Published } from '../testing/increment-project.js'
import { expectKeptAsTold } from '../testing/kept-as-told.js'
import { localConfig } from '../testing/local-config.js'
import { version } from '../version.js'

/*
 * An increment works on the kept tables where they lie: whatever becomes of it, they are those of one release.
 */

/** A tenth of what runs that publish are killed: moments of a file are fewer than those of a release. */
const kills = Math.ceil(Number(process.env.THROUGHLINE_KILLS ?? 12) / 10)
/** About how long a small increment works before it changes the file of the kept tables, and then does. */
const workMilliseconds = 800
const changeMilliseconds = 60

let folder = ''
let config: Config
let cli = ''
let days: string[] = []
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-killed-'))
  await writeSample(openStorage(folder), { touchpoints: 3000, folderMarkers: false })
  await cp(path.join(folder, 'raw', 'segment'), path.join(folder, 'later'), { recursive: true })
  days = (await readdir(path.join(folder, 'later'))).sort().slice(-kills - 4)
  for (const day of days) await rm(path.join(folder, 'raw', 'segment', day))
  config = localConfig(folder)
  await writeFile(path.join(folder, 'my.yaml'), JSON.stringify(config))
  cli = await compileCli(path.join(folder, 'package'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test(`an increment that is killed at any moment leaves kept tables that are whole (${kills} times)`, async () => {
  await run({})
  const kept = databaseOf(stateFolderOf(config)!)
  const killed: (NodeJS.Signals | null)[] = []
  for (const [index, day] of days.slice(0, kills).entries()) {
    await land(day)
    killed.push(await runUntilKilled(kept, index))
    await expectKeptAsTold(config)
  }
  // One may end first.
  expect(killed).toContain('SIGKILL')
  await land(days[kills]!)
  await expectAsInFull(await run({}))
}, 900_000)

test('an increment that is not published leaves the kept tables of the last release, and the next one goes on from these', async () => {
  const before = await expectKeptAsTold(config)
  await land(days[kills + 1]!)
  const pointer = path.join(config.storage.warehouse, pointerKey)
  const told = readFileSync(pointer)
  const overtake = (message: string) => {
    if (message === 'publishing') writeFileSync(pointer, `${told} `)
  }
  await expect(run({ onProgress: overtake })).rejects.toMatchObject({ code: 'conflict' })
  writeFileSync(pointer, told)
  expect(await expectKeptAsTold(config)).toBe(before)
  await expectAsInFull(await run({}))
}, 900_000)

test('an increment goes on from a copy of kept tables that somebody looks into', async () => {
  const kept = databaseOf(stateFolderOf(config)!)
  const looking = `import { DuckDBInstance } from '@duckdb/node-api'
    await DuckDBInstance.create(process.argv[1], { access_mode: 'READ_ONLY' })
    console.log('open')
    setInterval(() => undefined, 1000)`
  const reader = spawn(process.execPath, ['--input-type=module', '-e', looking, kept], {
    cwd: builtInFolder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const opened = once(reader.stdout, 'data').then(([said]) => String(said))
  expect(await Promise.race([opened, once(reader, 'exit')])).toBe('open\n')
  await land(days[kills + 2]!)
  const { scope, release } = await run({}).finally(() => reader.kill())
  expect(scope.mode).toBe('incremental')
  expect(await expectKeptAsTold(config)).toBe(release.release)
}, 900_000)

test('an increment that comes upon damaged kept tables removes them, and the next run makes all of them', async () => {
  const kept = databaseOf(stateFolderOf(config)!)
  await damage(kept, 'records')
  await land(days[kills + 3]!)
  await expect(run({})).rejects.toMatchObject({ code: 'machine', at: kept, retryable: true })
  const { scope, release } = await run({})
  expect(scope.mode).toBe('full')
  expect(await expectKeptAsTold(config)).toBe(release.release)
}, 900_000)

/** Changes a byte of each block that holds rows of a table. */
async function damage(file: string, table: string): Promise<void> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  const stored = await connection.runAndReadAll(
    `select distinct block_id from pragma_storage_info('${table}') where block_id >= 0`,
  )
  connection.closeSync()
  instance.closeSync()
  const handle = await open(file, 'r+')
  for (const [block] of stored.getRows()) {
    const at = 12_288 + Number(block) * 262_144 + 1000
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at)
    await handle.write(Buffer.from([buffer[0]! ^ 1]), 0, 1, at)
  }
  await handle.close()
}

const land = (day: string): Promise<void> =>
  rename(path.join(folder, 'later', day), path.join(folder, 'raw', 'segment', day))

async function run(options: Pick<RunOptions, 'full' | 'onProgress'>): Promise<Published> {
  const result = await runJob({ config, version, ...options })
  if (result.status !== 'published') throw new Error(`expected a release, found ${result.status}`)
  return result
}

async function expectAsInFull({ scope, release }: Published): Promise<void> {
  expect(scope.mode).toBe('incremental')
  expect(hashesOf(release)).toEqual(hashesOf((await run({ full: true })).release))
}

/** Kills a run as it changes the file, the first one at once, or, every other time, while it works; returns the signal by which it ended. */
async function runUntilKilled(file: string, kill: number): Promise<NodeJS.Signals | null> {
  const before = await stat(file)
  const child = spawn(process.execPath, [cli, 'run', '--config', path.join(folder, 'my.yaml')], {
    stdio: 'ignore',
  })
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const isAlive = () => child.exitCode === null && child.signalCode === null
  const isChanged = async () => (await stat(file)).mtimeMs !== before.mtimeMs
  const isEarly = kill % 2 === 1
  while (!isEarly && isAlive() && !(await isChanged())) await sleep(2)
  if (kill > 0) await sleep(Math.random() * (isEarly ? workMilliseconds : changeMilliseconds))
  child.kill('SIGKILL')
  const [, signal] = await ended
  return signal
}
