import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {
  type Checkpoint,
  checkpointFolder,
  parseCheckpoint,
  readPointer,
} from '../checkpoint/checkpoint.js'
import { fittingCheckpoint, restoreCheckpoint } from '../checkpoint/restore-checkpoint.js'
import { saveCheckpoint } from '../checkpoint/save-checkpoint.js'
import { holdState } from '../state/state-files.js'
import type { Storage } from '../storage/storage.js'

export const mebibyte = 1024 * 1024
export const configHash = 'config'

/** What is kept, as bytes: a database of some stretches, the last one short, and the file of a published table. */
export interface SavedState {
  database: Buffer
  published: Buffer
}

const stretches = Array.from({ length: 4 }, () => randomBytes(mebibyte))
const tail = randomBytes(1000)
export const firstState: SavedState = {
  database: Buffer.concat([...stretches.slice(0, 3), tail]),
  published: randomBytes(500),
}
/** As the first, but for one stretch. */
export const secondState: SavedState = {
  ...firstState,
  database: Buffer.concat([stretches[0]!, stretches[3]!, stretches[2]!, tail]),
}

const tableFile = path.join('published', 'r1', 'journeys', 'part-0000.parquet')
const newFolder = () => mkdtemp(path.join(os.tmpdir(), 'throughline-saved-'))

/** A state folder that keeps this, removed after `use`. */
export async function withStateFolder<T>(
  { database, published }: SavedState,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await newFolder()
  try {
    await mkdir(path.dirname(path.join(folder, tableFile)), { recursive: true })
    await writeFile(path.join(folder, tableFile), published)
    await writeFile(path.join(folder, 'tables.duckdb'), database)
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Makes a checkpoint, while a run puts its tables in the place of the ones that are being stored. */
export const saveCheckpointOf = (warehouse: Storage, state: SavedState): Promise<void> =>
  withStateFolder(state, async (kept) => {
    const into = path.join(kept, 'checkpoint')
    const names = await holdState(kept, into)
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
      partsAtATime: 2,
      isStopped: () => false,
    })
  })

export const savedCheckpoint = async (warehouse: Storage): Promise<Checkpoint> =>
  (await fittingCheckpoint(warehouse, configHash))!

/** SHA-256 of what is kept: bytes of this length are not for a test to print. */
export type StateDigests = Record<keyof SavedState, string>

export const digestsOf = ({ database, published }: SavedState): StateDigests => ({
  database: digestOf(database),
  published: digestOf(published),
})

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** What the checkpoint gives to whoever has nothing. */
export async function restoredDigests(warehouse: Storage): Promise<StateDigests> {
  const folder = await newFolder()
  try {
    await restoreCheckpoint(warehouse, await savedCheckpoint(warehouse), folder)
    if (existsSync(path.join(folder, 'restoring'))) throw new Error('expected no restoring/')
    const database = await readFile(path.join(folder, 'tables.duckdb'))
    return digestsOf({ database, published: await readFile(path.join(folder, tableFile)) })
  } finally {
    await rm(folder, { recursive: true })
  }
}

export const partsOf = ({ files }: Checkpoint) => files.flatMap(({ parts }) => parts)

export async function keysOfCheckpoints(warehouse: Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of warehouse.list(checkpointFolder)) keys.push(key)
  return keys
}
