import { expect, test } from '@jest/globals'
import { recordIdOf, type ScoredRow, scoreClusters } from './score.js'

const rows = (text: string): ScoredRow[] =>
  text.split(' ').map((cell) => {
    const [truth, predicted, reachable] = cell.split('/')
    return { truth: truth!, predicted: predicted!, ...(reachable ? { reachable } : {}) }
  })

test('a grouping equal to the truth scores 1 throughout', () => {
  const score = scoreClusters(rows('a/1/r a/1/r b/2/s b/2/s c/3/t'))
  expect(score).toMatchObject({ precision: 1, recall: 1, f1: 1, bcubedF1: 1, reachableRecall: 1 })
  expect(score).toMatchObject({ records: 5, people: 3, customers: 3, largestCluster: 2 })
})

test('one cluster too many and one merge, computed by hand', () => {
  // People a = {1,2,3}, b = {4,5}; clusters x = {1,2}, y = {3,4,5}: pairs right 1 + 1, put together 1 + 3, true 3 + 1.
  const score = scoreClusters(rows('a/x a/x a/y b/y b/y'))
  expect(score.precision).toBeCloseTo(2 / 4, 12)
  expect(score.recall).toBeCloseTo(2 / 4, 12)
  // By record: precision 1, 1, 1/3, 2/3, 2/3; recall 2/3, 2/3, 1/3, 1, 1.
  expect(score.bcubedPrecision).toBeCloseTo((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5, 12)
  expect(score.bcubedRecall).toBeCloseTo((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5, 12)
  expect(score.largestCluster).toBe(3)
})

test('all in one cluster keeps recall and loses precision; all apart the other way round', () => {
  const merged = scoreClusters(rows('a/x a/x b/x b/x'))
  expect(merged).toMatchObject({ precision: 2 / 6, recall: 1, largestCluster: 4 })
  const apart = scoreClusters(rows('a/1 a/2 b/3 b/4'))
  expect(apart).toMatchObject({
    precision: 1,
    recall: 0,
    f1: 0,
    bcubedPrecision: 1,
    bcubedRecall: 0.5,
  })
})

test('recall of the reachable counts only pairs that own identifiers connect', () => {
  // Of a's four records r holds three (3 pairs); the cluster x has two of them (1 pair).
  const score = scoreClusters(rows('a/x/r a/x/r a/y/r a/z/q'))
  expect(score.reachableRecall).toBeCloseTo(1 / 3, 12)
  expect(score.recall).toBeCloseTo(1 / 6, 12)
})

test('a row with a count weighs as that many rows', () => {
  const counted = scoreClusters([
    { truth: 'a', predicted: 'x', reachable: 'r', count: 3 },
    { truth: 'b', predicted: 'x', reachable: 's', count: 2 },
  ])
  expect(counted).toEqual(scoreClusters(rows('a/x/r a/x/r a/x/r b/x/s b/x/s')))
})

test('touchpoints lead back to the record that they were made from', () => {
  expect(recordIdOf('order:5001')).toBe('5001')
  expect(recordIdOf('contact:101:first_conversion')).toBe('101')
  expect(recordIdOf('ajs-next-003')).toBe('ajs-next-003')
})
