import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { listLogObjects } from '../collect/log-objects.js'
import { openStorage, type Storage } from '../storage/storage.js'
import { recordAt } from '../testing/log-under-test.js'
import { archiveRecords } from './archive.js'
import type { LogRecord } from './log-source.js'
import { startOffsets } from './start-offsets.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-archive-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const archiveOf = (name: string): Storage => openStorage(path.join(folder, name))
const put = (archive: Storage, records: readonly LogRecord[]) =>
  archiveRecords(archive, records, () => 'web')
const key = (first: number) => `events/1/${String(first).padStart(20, '0')}.ndjson`

test('line i of an object is its first offset + i - 1, and a wide gap begins another object', async () => {
  const archive = archiveOf('lines')
  const records = [recordAt(7), recordAt(8, null), recordAt(10), recordAt(1010), recordAt(2011)]
  const objects = await put(archive, records)
  expect(objects.map((object) => object.key)).toEqual([key(7), key(2011)])
  const lines = (await archive.readText(key(7)))!.text.split('\n')
  expect([lines[0], lines[1], lines[2], lines[3]]).toEqual(['{"n":7}', '', '', '{"n":10}'])
  expect([lines[1003], lines.length]).toEqual(['{"n":1010}', 1005])
  expect(await listLogObjects(archive, 'web', 'events')).toEqual(objects)
})

test('line ends within a value become blanks, and an empty value is no gap', async () => {
  const archive = archiveOf('ends')
  await put(archive, [recordAt(0, '{\r\n"a": 1\n}'), recordAt(1, ''), recordAt(2, null)])
  expect((await archive.readText(key(0)))?.text).toBe('{  "a": 1 }\n \n')
})

test('ids of objects and row numbers are in order of offset, however the log was cut', async () => {
  const archive = archiveOf('order')
  const objects = [
    ...(await put(archive, [recordAt(99)])),
    ...(await put(archive, [recordAt(100)])),
  ]
  expect(objects.map(({ objectId }) => objectId).sort()).toEqual(
    objects.map(({ objectId }) => objectId),
  )
  expect(new Set(objects.map(({ objectId }) => objectId.split('-')[0])).size).toBe(1)
})

test('what is archived is never written again: a second stream is refused', async () => {
  const archive = archiveOf('rival')
  await put(archive, [recordAt(0)])
  await expect(put(archive, [recordAt(0), recordAt(1)])).rejects.toMatchObject({
    code: 'conflict',
    exitCode: 4,
    remedy: expect.stringMatching(/Only one stream/),
  })
})

test('reading starts after what is archived, or further on where the tables know of a gap', async () => {
  const archive = archiveOf('start')
  const objects = await put(archive, [recordAt(3), recordAt(5), recordAt(3000), recordAt(3001)])
  const nextAfter = async (next: number | undefined) => {
    const positions = next === undefined ? [] : [{ topic: 'events', partition: 1, next }]
    return (await startOffsets(archive, objects, positions)).get('events/1')?.next
  }
  expect(await nextAfter(undefined)).toBe(3002)
  expect(await nextAfter(6)).toBe(3002)
  expect(await nextAfter(3007)).toBe(3007)
})
