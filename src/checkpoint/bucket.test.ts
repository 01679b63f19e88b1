import { expect, test } from '@jest/globals'
import type { Fault } from '../storage/dev-s3/server.js'
import { openDevBucket, withDevBucket } from '../testing/dev-bucket.js'
import {
  digestsOf,
  firstState,
  keysOfCheckpoints,
  restoredDigests,
  saveCheckpointOf,
  secondState,
} from '../testing/saved-state.js'
import { checkpointKey } from './checkpoint.js'
import { checkpointSuite } from './checkpoint.suite.js'

checkpointSuite('in a bucket', async () => {
  const { storage, close } = await openDevBucket()
  return { warehouse: storage, close }
})

const pointer = { key: `root/${checkpointKey}`, times: 1 }
const aPart = { skip: 2, times: 1 }
const busy = { kind: 'error', status: 503, code: 'SlowDown' } as const
const cut = { kind: 'cut_body', afterBytes: 100 } as const

const passing: Record<string, Fault> = {
  'a store that is busy when a part is written': { operation: 'PutObject', ...aPart, effect: busy },
  'a lost reply to the writing of a part': {
    operation: 'PutObject',
    ...aPart,
    effect: { kind: 'lost_reply' },
  },
  'a lost reply to the writing of the pointer': {
    operation: 'PutObject',
    ...pointer,
    effect: { kind: 'lost_reply' },
  },
  'a lost reply to the replacing of the pointer': {
    operation: 'PutObject',
    ...pointer,
    skip: 1,
    effect: { kind: 'lost_reply' },
  },
  'a store that is busy when parts are listed': {
    operation: 'ListObjectsV2',
    times: 2,
    effect: busy,
  },
  'a pointer that arrives cut': { operation: 'GetObject', ...pointer, effect: cut },
  'a part that arrives cut': { operation: 'GetObject', ...aPart, effect: cut },
  'a part that is damaged on its way': {
    operation: 'GetObject',
    ...aPart,
    effect: { kind: 'damaged_body' },
  },
}

test.each(Object.entries(passing))('%s stops no checkpoint', (_, fault) =>
  withDevBucket([fault], async (warehouse) => {
    for (const state of [firstState, secondState]) {
      await saveCheckpointOf(warehouse, state)
      expect(await restoredDigests(warehouse)).toEqual(digestsOf(state))
    }
    expect(await keysOfCheckpoints(warehouse)).toHaveLength(6)
  }),
)

test('where a store stays away while one is made, the one before stands', () =>
  withDevBucket(
    [{ operation: 'PutObject', skip: 6, times: 5, effect: busy }],
    async (warehouse) => {
      await saveCheckpointOf(warehouse, firstState)
      await expect(saveCheckpointOf(warehouse, secondState)).rejects.toMatchObject({
        code: 'source',
      })
      expect(await restoredDigests(warehouse)).toEqual(digestsOf(firstState))
      await saveCheckpointOf(warehouse, secondState)
      expect(await restoredDigests(warehouse)).toEqual(digestsOf(secondState))
    },
  ))

test('a part that somebody replaces while it is read is not used', () =>
  withDevBucket(
    [
      {
        operation: 'GetObject',
        ...aPart,
        effect: { kind: 'replaced_object', afterBytes: 100, body: 'another' },
      },
    ],
    async (warehouse) => {
      await saveCheckpointOf(warehouse, firstState)
      await expect(restoredDigests(warehouse)).rejects.toMatchObject({ code: 'source' })
      await saveCheckpointOf(warehouse, firstState)
      expect(await restoredDigests(warehouse)).toEqual(digestsOf(firstState))
    },
  ))
