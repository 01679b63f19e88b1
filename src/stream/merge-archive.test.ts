import { expect, test } from '@jest/globals'
import { listLogObjects, listTopic, receivedAt } from '../collect/log-objects.js'
import { memoryStorage } from '../publish/testing/memory-storage.js'
import type { Storage } from '../storage/storage.js'
import { withDevBucket } from '../testing/dev-bucket.js'
import { recordAt } from '../testing/log-under-test.js'
import { archiveRecords } from './archive.js'
import { type ArchivedObject, mergeableGroups, mergeGroup, withMerged } from './merge-archive.js'
import { startOffsets } from './start-offsets.js'

/** An archive whose clock a test moves, and what it holds of a topic. */
function archiveAt(clock: { hour: number }) {
  const begin = Date.parse('2025-06-01T00:00:00Z')
  const archive = memoryStorage({ now: () => begin + clock.hour * 3_600_000 })
  const objects = async () => (await listLogObjects(archive, 'web', 'events')) as ArchivedObject[]
  return { archive, objects }
}

const put = (archive: Storage, ...offsets: number[]) =>
  archiveRecords(
    archive,
    offsets.map((offset) => recordAt(offset)),
    () => 'web',
  )

const firsts = (groups: readonly ArchivedObject[][]) =>
  groups.map((group) => group.map(({ log }) => log.first))

test('small neighbours of an hour that is over are merged, up to a size', async () => {
  const clock = { hour: 1.1 }
  const { archive, objects } = archiveAt(clock)
  await put(archive, 0, 1)
  await put(archive, 2)
  clock.hour = 1.9
  await put(archive, 3)
  clock.hour = 2.1
  for (const offset of [4, 5, 6, 7, 8]) await put(archive, offset)
  const bytes = (await objects()).find(({ log }) => log.first === 4)!.bytes
  expect(firsts(mergeableGroups(await objects(), 1000))).toEqual([[0, 2, 3]])
  clock.hour = 3
  await put(archive, 9)
  expect(firsts(mergeableGroups(await objects(), 1000))).toEqual([
    [0, 2, 3],
    [4, 5, 6, 7, 8],
  ])
  expect(firsts(mergeableGroups(await objects(), 2 * bytes))).toEqual([
    [2, 3],
    [4, 5],
    [6, 7],
  ])
})

test('a merged object has the lines of its parts at their offsets, and counts instead of them', async () => {
  const clock = { hour: 1.5 }
  const { archive, objects } = archiveAt(clock)
  for (const offsets of [[7, 8], [10], [12], [5000], [5001]]) await put(archive, ...offsets)
  clock.hour = 2.5
  await put(archive, 5002)
  const before = await objects()
  const merges = await mergeGroup(archive, mergeableGroups(before, 1000)[0]!)
  expect(merges.map(({ parts }) => parts.length)).toEqual([3, 2])
  const text = (await archive.readText(merges[0]!.object.key))!.text
  expect(text.split('\n')).toEqual(['{"n":7}', '{"n":8}', '', '{"n":10}', '', '{"n":12}', ''])
  const after = await objects()
  expect(after).toEqual(withMerged(before, merges))
  expect(after.map(({ log }) => [log.first, log.merged?.last])).toEqual([
    [7, 12],
    [5000, 5001],
    [5002, undefined],
  ])
  const { leftovers } = await listTopic(archive, 'web', 'events')
  expect(leftovers).toHaveLength(5)
  await archive.delete(leftovers)
  expect(await objects()).toEqual(after)
  expect((await startOffsets(archive, after.slice(0, 2), [])).get('events/1')?.next).toBe(5002)
})

test('merging moves neither the order of ids nor when records count as received', async () => {
  const clock = { hour: 1.5 }
  const { archive, objects } = archiveAt(clock)
  for (const offset of [98, 99, 100, 101]) await put(archive, offset)
  clock.hour = 2.5
  await put(archive, 102)
  const [first] = await objects()
  clock.hour = 8
  await mergeGroup(archive, (await objects()).slice(1, 3))
  const after = await objects()
  const ids = after.map(({ objectId }) => objectId)
  expect([...ids].sort()).toEqual(ids)
  expect(after.map((object) => receivedAt(object.log, object).toISOString().slice(11, 16))).toEqual(
    ['02:00', '02:00', '02:00', '03:00'],
  )
  expect(receivedAt(first!.log, first!)).toEqual(receivedAt(after[1]!.log, after[1]!))
})

test('a cut body, a lost reply and an attempt that got as far as writing stop no merge', () =>
  withDevBucket(
    [
      { operation: 'GetObject', skip: 1, times: 1, effect: { kind: 'cut_body', afterBytes: 3 } },
      { operation: 'PutObject', skip: 3, times: 1, effect: { kind: 'lost_reply' } },
    ],
    async (archive) => {
      for (const offset of [0, 1, 2]) await put(archive, offset)
      const group = (await listLogObjects(archive, 'web', 'events')) as ArchivedObject[]
      const [merge] = await mergeGroup(archive, group)
      expect((await archive.readText(merge!.object.key))!.text).toBe('{"n":0}\n{"n":1}\n{"n":2}\n')
      expect(await mergeGroup(archive, group)).toEqual([merge])
      await archive.write(merge!.object.key, 'another')
      await expect(mergeGroup(archive, group)).rejects.toMatchObject({ code: 'conflict' })
    },
  ))
