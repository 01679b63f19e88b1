import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { memoryStorage } from '../publish/testing/memory-storage.js'
import type { Storage } from '../storage/storage.js'
import {
  digestsOf,
  first,
  keysOfCheckpoints,
  mebibyte,
  restored,
  type SavedState,
  save,
  saved,
  second,
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
  await save(warehouse, first)
  for (const [count, state] of [1, 2, 3, 4, 5].map((count) => [count, other()] as const)) {
    writes = count
    await expect(save(warehouse, state)).rejects.toThrow('killed')
    writes = Number.POSITIVE_INFINITY
    expect(await restored(warehouse)).toEqual(digestsOf(first))
  }
  await save(warehouse, second)
  expect(await restored(warehouse)).toEqual(digestsOf(second))
  expect(await keysOfCheckpoints(warehouse)).toHaveLength(6)
})

const other = (): SavedState => ({
  database: randomBytes(4 * mebibyte + 5),
  published: randomBytes(5),
})

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
  expect(await restored(warehouse)).toEqual(digestsOf(second))
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
