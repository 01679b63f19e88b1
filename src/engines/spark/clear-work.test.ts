import { expect, test } from '@jest/globals'
import { memoryStorage } from '../../publish/testing/memory-storage.js'
import { clearWork } from './clear-work.js'

async function keysAfter(run?: string): Promise<string[]> {
  const storage = memoryStorage()
  for (const key of ['_release.json', '_work/one/records/1/part-0', '_work/two/records/1/part-0'])
    await storage.write(key, 'x')
  await clearWork(storage, run)
  const keys: string[] = []
  for await (const { key } of storage.list('')) keys.push(key)
  return keys
}

test('a run takes what it has left on its way with it, and nobody else’s', async () => {
  expect(await keysAfter('one')).toEqual(['_release.json', '_work/two/records/1/part-0'])
})

test('whoever begins clears what dead runs have left, and no more', async () => {
  expect(await keysAfter()).toEqual(['_release.json'])
})
