import { expect, test } from '@jest/globals'
import { inputsDigest } from './inputs-digest.js'

const objects = [
  { key: 'a.csv', etag: '1', bytes: 10 },
  { key: 'b.csv', etag: '2', bytes: 20 },
]
const digest = inputsDigest(objects, 'config', '0.1.0')

test('the order of the listing does not matter, nor what else is known of an object', () => {
  const listed = [...objects].reverse().map((object) => ({ ...object, modifiedAt: new Date() }))
  expect(inputsDigest(listed, 'config', '0.1.0')).toBe(digest)
})

test.each([
  ['an object is new', [...objects, { key: 'c.csv', etag: '3', bytes: 0 }], 'config', '0.1.0'],
  ['an object is gone', objects.slice(1), 'config', '0.1.0'],
  ['an object was replaced', [objects[0]!, { ...objects[1]!, etag: '9' }], 'config', '0.1.0'],
  ['an object was renamed', [objects[0]!, { ...objects[1]!, key: 'z.csv' }], 'config', '0.1.0'],
  ['the config changed', objects, 'other', '0.1.0'],
  ['the program changed', objects, 'config', '0.2.0'],
])('another digest when %s', (_, changed, configHash, version) => {
  expect(inputsDigest(changed, configHash, version)).not.toBe(digest)
})
