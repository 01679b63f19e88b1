import { expect, test } from '@jest/globals'
import type { RawObject } from '../collect/raw-objects.js'
import { isMostlyNew } from './object-changes.js'

const megabyte = 1024 * 1024

const objectOf = (megabytes: number): RawObject =>
  ({ bytes: megabytes * megabyte }) as Partial<RawObject> as RawObject

test('going on from little, or to little more, is not worth it; a small zone always is', () => {
  const mostly = (known: number, found: number, withdrawn = 0): boolean =>
    isMostlyNew([objectOf(known), objectOf(found)], {
      toRead: [objectOf(found)],
      withdrawnBytes: withdrawn * megabyte,
    })
  expect(mostly(1000, 900)).toBe(false)
  expect(mostly(1000, 1100)).toBe(true)
  expect(mostly(1000, 500, 400)).toBe(true)
  expect(mostly(1, 60)).toBe(false)
})
