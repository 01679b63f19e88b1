import { expect, test } from '@jest/globals'
import { foldersWithColons, isAmongColons } from './colon-names.js'

const folders = foldersWithColons(['10:00.csv', 'a/10:00.csv', 'b/c/day:1/e:2/x.csv', 'd/x.csv'])

test('what lies in a folder is not listed where a file or a folder there has a colon in its name', () => {
  const listed = [
    'd/x.csv',
    'b/x.csv',
    'a/b/x.csv',
    'd/day/x.csv',
    'b/c/other/x.csv',
    'd/e{1}/x.csv',
  ]
  expect(listed.filter((key) => isAmongColons(key, folders))).toEqual([])
  const others = [
    'x.csv',
    'a/x.csv',
    'b/c/x.csv',
    'b/c/day:1/x.csv',
    'b/c/day:1/e:2/x.csv',
    'a/e{1}/x.csv',
  ]
  expect(others.filter((key) => !isAmongColons(key, folders))).toEqual([])
})
