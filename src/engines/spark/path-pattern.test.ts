import { expect, test } from '@jest/globals'
import { patternOf } from './path-pattern.js'

test.each([
  ['one file', ['s3a://b/x/a.csv'], 's3a://b/x/a.csv'],
  ['files of a folder', ['s3a://b/x/1', 's3a://b/x/2'], 's3a://b/x/{1,2}'],
  ['files of folders', ['s3a://b/x/1', 's3a://b/y/2'], 's3a://b/{x/1,y/2}'],
  ['a folder', ['file:///w/x/'], 'file:///w/x/'],
  ['a name that would be a pattern', ['s3a://b/{x},y/a[1]*?\\.csv'], 's3a://b/?x??y/a?1????.csv'],
])('the pattern of %s', (_, urls, pattern) => {
  expect(patternOf(urls)).toBe(pattern)
})
