import { expect, test } from '@jest/globals'
import { counted } from './counted.js'

test.each([
  [1, 'object', '1 object'],
  [0, 'release', '0 releases'],
  [2, 'batch', '2 batches'],
  [1, 'batch', '1 batch'],
])('%d of %s', (count, thing, text) => {
  expect(counted(count, thing)).toBe(text)
})
