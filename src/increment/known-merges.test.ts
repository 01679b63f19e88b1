import { expect, test } from '@jest/globals'
import { type LogPlace, logObject } from '../collect/log-objects.js'
import { knownMerges } from './known-merges.js'

const stored = { key: '', etag: 'e', bytes: 1, modifiedAt: new Date(0) }
const objectOf = (place: Partial<LogPlace>) =>
  logObject('web', { topic: 'events', partition: 1, first: 0, ...place }, stored)
const merged = (first: number, last: number, parts: number) =>
  objectOf({ first, merged: { last, parts, hour: '2025-06-01T10' } })
const readOf = (...places: Partial<LogPlace>[]) =>
  new Map(places.map((place) => [objectOf(place).objectId, 'etag']))

test('a merged object is known when each of its parts has been read, and these alone are its parts', () => {
  const read = readOf({ first: 0 }, { first: 7 }, { first: 99 }, { first: 7, partition: 2 })
  expect(knownMerges([merged(0, 98, 2), objectOf({ first: 99 })], read)).toEqual([
    {
      object: merged(0, 98, 2),
      parts: [objectOf({}), objectOf({ first: 7 })].map(({ objectId }) => objectId),
    },
  ])
  expect(knownMerges([merged(7, 99, 2)], read)).toHaveLength(1)
  expect(knownMerges([merged(0, 100, 4)], read)).toEqual([])
  expect(knownMerges([merged(0, 98, 2)], new Map([[merged(0, 98, 2).objectId, 'e']]))).toEqual([])
})
