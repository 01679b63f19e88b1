import { expect, test } from '@jest/globals'
import { listLogObjects } from '../collect/log-objects.js'
import { memoryStorage } from '../publish/testing/memory-storage.js'
import { startOffsets } from './start-offsets.js'

const padded = (offset: number): string => String(offset).padStart(20, '0')

async function startAfter(names: readonly string[], next: number): Promise<number | undefined> {
  const archive = memoryStorage()
  for (const name of names) await archive.write(`web/0/${name}.ndjson`, '1\n2\n3\n')
  const archived = await listLogObjects(archive, 'web', 'web')
  const starts = await startOffsets(archive, archived, [{ topic: 'web', partition: 0, next }])
  return starts.get('web/0')?.next
}

test('reading goes on after the last archived object, or where the tables know that nothing follows for a while', async () => {
  expect(await startAfter([], 7)).toBe(7)
  expect(await startAfter([padded(0)], 0)).toBe(3)
  expect(await startAfter([padded(0)], 7)).toBe(7)
})

test('tables that know a part of a merged object do not have the rest of it read again', async () => {
  const merged = `${padded(0)}-${padded(5)}-2025-06-01T10-2`
  expect(await startAfter([merged], 3)).toBe(6)
  expect(await startAfter([merged], 9)).toBe(9)
})
