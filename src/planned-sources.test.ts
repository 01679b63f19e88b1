import { expect, test } from '@jest/globals'
import type { RawObject } from './collect/raw-objects.js'
import { plannedSources } from './planned-sources.js'

const object = (source: string, key: string, etag: string): RawObject => ({
  source,
  key,
  etag,
  bytes: 10,
  modifiedAt: new Date(0),
  objectId: `${source} ${key}`,
})

const sources = {
  web: { preset: 'segment', prefix: 'web/' },
  app: { preset: 'event_log', topic: 'web' },
}
const objects = [
  object('web', 'web/1', 'a'),
  object('web', 'web/2', 'b'),
  object('web', 'web/3', 'c'),
  object('app', 'web/0/5.ndjson', 'd'),
]

test('objects are new, rewritten or deleted beside those of the last release', () => {
  const before = new Map([
    ['web/1', 'a'],
    ['web/2', 'older'],
    ['web/4', 'e'],
    ['web/5', 'f'],
    ['web/0/5.ndjson', 'd'],
    ['of another source', 'g'],
  ])
  expect(plannedSources(sources, objects, before)).toEqual([
    { source: 'web', preset: 'segment', objects: 3, bytes: 30, new: 1, rewritten: 1, deleted: 2 },
    { source: 'app', preset: 'event_log', objects: 1, bytes: 10, new: 0, rewritten: 0, deleted: 0 },
  ])
})

test('nothing is claimed of a release that does not say what it was made of', () => {
  expect(plannedSources(sources, objects, undefined)[0]).toMatchObject({
    objects: 3,
    new: null,
    rewritten: null,
    deleted: null,
  })
})
