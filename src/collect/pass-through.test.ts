import { expect, test } from '@jest/globals'
import { passedRows } from './pass-through.js'

test('objects that passed are counted by source and reason', () => {
  const passed = (source: string, bytes: number, landedBecause: string) => ({
    object: { source, bytes, key: 'a', etag: '1', objectId: 'a', modifiedAt: new Date(0) },
    landed: { kind: 'empty' as const },
    landedBecause,
  })
  const all = [passed('web', 5, 'skip_lines'), passed('ads', 3, 'encoding')]
  expect(
    passedRows([...all, passed('web', 6, 'skip_lines'), passed('web', 1, 'encoding')]),
  ).toEqual([
    { source: 'ads', objects: 1, bytes: 3, why: 'encoding' },
    { source: 'web', objects: 1, bytes: 1, why: 'encoding' },
    { source: 'web', objects: 2, bytes: 11, why: 'skip_lines' },
  ])
})
