import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { memoryStorage } from '../publish/testing/memory-storage.js'
import { holdState } from '../state/state-files.js'
import type { Storage } from '../storage/storage.js'
import { type Checkpoint, checkpointFolder, parseCheckpoint, readPointer } from './checkpoint.js'
import { fittingCheckpoint, restoreCheckpoint } from './restore-checkpoint.js'
import { saveCheckpoint } from './save-checkpoint.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-checkpoint-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const mebibyte = 1024 * 1024
const configHash = 'config'

/** What is kept, as bytes: a database of some stretches, the last one short, and the file of a published table. */
interface State {
  database: Buffer
  published: Buffer
}

const stretches = Array.from({ length: 4 }, () => randomBytes(mebibyte))
const tail = randomBytes(1000)
const first: State = {
  database: Buffer.concat([...stretches.slice(0, 3), tail]),
  published: randomBytes(500),
}
/** As the first, but for one stretch. */
const second: State = {
  ...first,
  database: Buffer.concat([stretches[0]!, stretches[3]!, stretches[2]!, tail]),
}

async function stateFolder({ database, published }: State): Promise<string> {
  const state = await mkdtemp(path.join(folder, 'state-'))
  const table = path.join(state, 'published', 'r1', 'journeys')
  await mkdir(table, { recursive: true })
  await writeFile(path.join(table, 'part-0000.parquet'), published)
  await writeFile(path.join(state, 'tables.duckdb'), database)
  return state
}

async function save(warehouse: Storage, state: State): Promise<void> {
  const kept = await stateFolder(state)
  const into = path.join(kept, 'checkpoint')
  const names = await holdState(kept, into)
  // A run puts its tables in the place of the ones that are being stored.
  await rm(path.join(kept, 'tables.duckdb'))
  await rm(path.join(kept, 'published'), { recursive: true })
  const pointer = await readPointer(warehouse)
  await saveCheckpoint({
    warehouse,
    files: new Map(names.map((name) => [name, path.join(into, name)])),
    facts: { release: 'r1', config_hash: configHash },
    before: pointer && parseCheckpoint(pointer.text),
    expected: pointer?.etag,
    requireLease: async () => undefined,
    isStopped: () => false,
  })
}

async function restored(warehouse: Storage): Promise<State> {
  const target = await mkdtemp(path.join(folder, 'restored-'))
  await restoreCheckpoint(warehouse, (await fittingCheckpoint(warehouse, configHash))!, target)
  const database = await readFile(path.join(target, 'tables.duckdb'))
  const table = path.join(target, 'published', 'r1', 'journeys', 'part-0000.parquet')
  expect(existsSync(path.join(target, 'restoring'))).toBe(false)
  return { database, published: await readFile(table) }
}

async function expectRestored(warehouse: Storage, { database, published }: State): Promise<void> {
  const found = await restored(warehouse)
  expect(found.database.equals(database)).toBe(true)
  expect(found.published.equals(published)).toBe(true)
}

async function keysIn(warehouse: Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of warehouse.list(checkpointFolder)) keys.push(key)
  return keys
}

const partsOf = ({ files }: Checkpoint) => files.flatMap(({ parts }) => parts)

const saved = async (warehouse: Storage): Promise<Checkpoint> =>
  (await fittingCheckpoint(warehouse, configHash))!

test('a checkpoint gives back what was kept, and is of one config', async () => {
  const warehouse = memoryStorage()
  await save(warehouse, first)
  await expectRestored(warehouse, first)
  expect(await fittingCheckpoint(warehouse, 'another')).toBeUndefined()
})

test('the next one stores what is new, takes over the rest, and removes what nobody needs', async () => {
  const written: string[] = []
  const warehouse = memoryStorage({
    onChange: (moment, verb, key) => {
      if (moment === 'after' && verb === 'write') written.push(key)
    },
  })
  await save(warehouse, first)
  expect(written.splice(0)).toHaveLength(6)
  await save(warehouse, second)
  expect(written).toHaveLength(2)
  await expectRestored(warehouse, second)
  expect(await keysIn(warehouse)).toHaveLength(6)
})

test('whenever the process dies, the checkpoint before stands, and the next one removes what is left', async () => {
  let writes = Number.POSITIVE_INFINITY
  const warehouse = memoryStorage({
    onChange: (moment, verb) => {
      if (moment === 'after' && verb === 'write') writes--
      if (writes <= 0) throw new Error('killed')
    },
  })
  await save(warehouse, first)
  for (const [count, state] of [1, 2, 3, 4, 5].map((count) => [count, other()] as const)) {
    writes = count
    await expect(save(warehouse, state)).rejects.toThrow('killed')
    writes = Number.POSITIVE_INFINITY
    await expectRestored(warehouse, first)
  }
  await save(warehouse, second)
  await expectRestored(warehouse, second)
  expect(await keysIn(warehouse)).toHaveLength(6)
})

const other = (): State => ({ database: randomBytes(4 * mebibyte + 5), published: randomBytes(5) })

test('of two processes that make one at a time the second is refused', async () => {
  const warehouse = memoryStorage()
  await save(warehouse, first)
  let isFirst = true
  const overtaken: Storage = {
    ...warehouse,
    async write(...[key, body, condition]) {
      if (isFirst) {
        isFirst = false
        await save(warehouse, second)
      }
      return warehouse.write(key, body, condition)
    },
  }
  await expect(save(overtaken, other())).rejects.toMatchObject({ code: 'conflict' })
  await expectRestored(warehouse, second)
})

/** What happens to the object of a part, given its bytes; null where it is removed. */
const damages: Record<string, (bytes: Buffer) => Buffer | null> = {
  'a part that is cut': (bytes) => bytes.subarray(0, bytes.length - 9),
  'a part without its beginning': (bytes) => bytes.subarray(1),
  'a flipped byte': (bytes) => Buffer.from(bytes.map((byte, at) => (at === 700 ? byte ^ 1 : byte))),
  'a part that is another': () => Buffer.from('no gzip'),
  'a missing part': () => null,
}

test.each(Object.entries(damages))('%s is found out, and the kept files stay', async (_, harm) => {
  const warehouse = memoryStorage()
  await save(warehouse, first)
  const checkpoint = await saved(warehouse)
  const { key } = partsOf(checkpoint)[2]!
  const bytes = Buffer.concat(await (await warehouse.read(key)).toArray())
  const harmed = harm(bytes)
  if (harmed === null) await warehouse.delete([key])
  else await warehouse.write(key, harmed)
  const state = await stateFolder(second)
  await expect(restoreCheckpoint(warehouse, checkpoint, state)).rejects.toMatchObject({
    code: 'source',
    at: key,
  })
  expect((await readFile(path.join(state, 'tables.duckdb'))).equals(second.database)).toBe(true)
  expect(existsSync(path.join(state, 'restoring'))).toBe(false)
  await save(warehouse, first)
  await expectRestored(warehouse, first)
})

test('two parts in each other’s place are found out', async () => {
  const warehouse = memoryStorage()
  await save(warehouse, first)
  const checkpoint = await saved(warehouse)
  const [one, two] = partsOf(checkpoint)
  const text = async (key: string) => Buffer.concat(await (await warehouse.read(key)).toArray())
  const [ofOne, ofTwo] = [await text(one!.key), await text(two!.key)]
  await warehouse.write(one!.key, ofTwo)
  await warehouse.write(two!.key, ofOne)
  await expect(restored(warehouse)).rejects.toMatchObject({ code: 'source' })
})

test('a pointer that leads out of the state folder, or is none, is refused', async () => {
  const warehouse = memoryStorage()
  await save(warehouse, first)
  const checkpoint = await saved(warehouse)
  const named = (name: string) =>
    JSON.stringify({ ...checkpoint, files: [{ ...checkpoint.files[0]!, name }] })
  expect(() => parseCheckpoint(named('published/r1/a/part-0000.parquet'))).not.toThrow()
  for (const name of ['../up', '/etc/passwd', 'a/../../up', '', '.hidden'])
    expect(() => parseCheckpoint(named(name))).toThrow('checkpoint.json')
  expect(() => parseCheckpoint(named('a').slice(0, 40))).toThrow('checkpoint.json')
})
