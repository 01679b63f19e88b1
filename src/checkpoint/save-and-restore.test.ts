import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { memoryStorage } from '../publish/testing/memory-storage.js'
import type { Storage } from '../storage/storage.js'
import {
  digestsOf,
  firstState,
  keysOfCheckpoints,
  mebibyte,
  restoredDigests,
  type SavedState,
  saveCheckpointOf,
  savedCheckpoint,
  secondState,
} from '../testing/saved-state.js'
import { parseCheckpoint } from './checkpoint.js'
import { checkpointSuite } from './checkpoint.suite.js'

checkpointSuite('in memory', async () => ({ warehouse: memoryStorage() }))

test('whenever the process dies, the checkpoint before stands, and the next one removes what is left', async () => {
  let writes = Number.POSITIVE_INFINITY
  const warehouse = memoryStorage({
    onChange: (moment, verb) => {
      if (moment === 'after' && verb === 'write') writes--
      if (writes <= 0) throw new Error('killed')
    },
  })
  await saveCheckpointOf(warehouse, firstState)
  for (const [count, state] of [1, 2, 3, 4, 5].map((count) => [count, other()] as const)) {
    writes = count
    await expect(saveCheckpointOf(warehouse, state)).rejects.toThrow('killed')
    writes = Number.POSITIVE_INFINITY
    expect(await restoredDigests(warehouse)).toEqual(digestsOf(firstState))
  }
  await saveCheckpointOf(warehouse, secondState)
  expect(await restoredDigests(warehouse)).toEqual(digestsOf(secondState))
  expect(await keysOfCheckpoints(warehouse)).toHaveLength(6)
})

const other = (): SavedState => ({
  database: randomBytes(4 * mebibyte + 5),
  published: randomBytes(5),
})

test('of two processes that make one at a time the second is refused', async () => {
  const warehouse = memoryStorage()
  await saveCheckpointOf(warehouse, firstState)
  let isFirst = true
  const overtaken: Storage = {
    ...warehouse,
    async write(...[key, body, condition]) {
      if (isFirst) {
        isFirst = false
        await saveCheckpointOf(warehouse, secondState)
      }
      return warehouse.write(key, body, condition)
    },
  }
  await expect(saveCheckpointOf(overtaken, other())).rejects.toMatchObject({ code: 'conflict' })
  expect(await restoredDigests(warehouse)).toEqual(digestsOf(secondState))
})

test('one that was overtaken once it had named its checkpoint removes nothing of the later one', async () => {
  const warehouse = memoryStorage()
  let isFirst = true
  const overtaken: Storage = {
    ...warehouse,
    async *list(prefix) {
      if (isFirst) {
        isFirst = false
        await saveCheckpointOf(warehouse, secondState)
      }
      yield* warehouse.list(prefix)
    },
  }
  await saveCheckpointOf(overtaken, firstState)
  expect(await restoredDigests(warehouse)).toEqual(digestsOf(secondState))
})

test('a pointer that leads out of the state folder, or is none, is refused', async () => {
  const warehouse = memoryStorage()
  await saveCheckpointOf(warehouse, firstState)
  const checkpoint = await savedCheckpoint(warehouse)
  const named = (name: string) =>
    JSON.stringify({ ...checkpoint, files: [{ ...checkpoint.files[0]!, name }] })
  expect(() => parseCheckpoint(named('published/r1/a/part-0000.parquet'))).not.toThrow()
  for (const name of ['../up', '/etc/passwd', 'a/../../up', '', '.hidden'])
    expect(() => parseCheckpoint(named(name))).toThrow('checkpoint.json')
  expect(() => parseCheckpoint(named('a').slice(0, 40))).toThrow('checkpoint.json')
})
