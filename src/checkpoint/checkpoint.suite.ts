import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Storage } from '../storage/storage.js'
import {
  digestsOf,
  firstState,
  keysOfCheckpoints,
  partsOf,
  restoredDigests,
  saveCheckpointOf,
  savedCheckpoint,
  secondState,
  withStateFolder,
} from '../testing/saved-state.js'
import { fittingCheckpoint, restoreCheckpoint } from './restore-checkpoint.js'

/** What happens to the object of a part, given its bytes; null where it is removed. */
const damages: Record<string, (bytes: Buffer) => Buffer | null> = {
  'a part that is cut': (bytes) => bytes.subarray(0, bytes.length - 9),
  'a part without its beginning': (bytes) => bytes.subarray(1),
  'a flipped byte': (bytes) => Buffer.from(bytes.map((byte, at) => (at === 700 ? byte ^ 1 : byte))),
  'a part that is another': () => Buffer.from('no gzip'),
  'a missing part': () => null,
}

export interface CheckpointStore {
  /** Empty. */
  warehouse: Storage
  close?: () => Promise<void>
}

/** What a checkpoint must do in every kind of storage. */
export function checkpointSuite(name: string, open: () => Promise<CheckpointStore>): void {
  describe(`checkpoints, ${name}`, () => {
    let opened: CheckpointStore
    let warehouse: Storage
    beforeAll(async () => {
      opened = await open()
      warehouse = opened.warehouse
    })
    afterEach(async () => warehouse.delete(await keysOfCheckpoints(warehouse)))
    afterAll(() => opened.close?.())

    test('a checkpoint gives back what was kept, and is of one config', async () => {
      await saveCheckpointOf(warehouse, firstState)
      expect(await restoredDigests(warehouse)).toEqual(digestsOf(firstState))
      expect(await fittingCheckpoint(warehouse, 'another')).toBeUndefined()
    })

    test('the next one takes over what is the same, and removes what nobody needs', async () => {
      await saveCheckpointOf(warehouse, firstState)
      const before = new Set(await keysOfCheckpoints(warehouse))
      await saveCheckpointOf(warehouse, secondState)
      expect(await restoredDigests(warehouse)).toEqual(digestsOf(secondState))
      const after = await keysOfCheckpoints(warehouse)
      expect([before.size, after.length]).toEqual([6, 6])
      expect(after.filter((key) => !before.has(key))).toHaveLength(1)
    })

    test.each(Object.entries(damages))(
      '%s is found out, and the kept files stay',
      async (_, harm) => {
        await saveCheckpointOf(warehouse, firstState)
        const checkpoint = await savedCheckpoint(warehouse)
        const { key } = partsOf(checkpoint)[2]!
        const harmed = harm(await buffer(await warehouse.read(key)))
        if (harmed === null) await warehouse.delete([key])
        else await warehouse.write(key, harmed)
        await withStateFolder(secondState, async (state) => {
          await expect(restoreCheckpoint(warehouse, checkpoint, state)).rejects.toMatchObject({
            code: 'source',
            at: expect.stringContaining(key),
          })
          const database = await readFile(path.join(state, 'tables.duckdb'))
          expect(database.equals(secondState.database)).toBe(true)
          expect(existsSync(path.join(state, 'restoring'))).toBe(false)
        })
        await saveCheckpointOf(warehouse, firstState)
        expect(await restoredDigests(warehouse)).toEqual(digestsOf(firstState))
      },
    )

    test('two parts in each other’s place are found out', async () => {
      await saveCheckpointOf(warehouse, firstState)
      const [one, two] = partsOf(await savedCheckpoint(warehouse))
      const bytes = async (key: string) => buffer(await warehouse.read(key))
      const [ofOne, ofTwo] = [await bytes(one!.key), await bytes(two!.key)]
      await warehouse.write(one!.key, ofTwo)
      await warehouse.write(two!.key, ofOne)
      await expect(restoredDigests(warehouse)).rejects.toMatchObject({ code: 'source' })
    })
  })
}
