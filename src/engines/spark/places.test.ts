import { expect, test } from '@jest/globals'
import { sparkFolderOf } from './places.js'

test.each([
  ['s3://lake/journeys', 's3a://lake/journeys/_work/1/'],
  ['s3://lake', 's3a://lake/_work/1/'],
  ['/nowhere/journeys', 'file:///nowhere/journeys/_work/1/'],
])('what lies below a prefix of %s is in one folder for Spark', (storage, folder) => {
  expect(sparkFolderOf(storage, '_work/1/')).toBe(folder)
})
