import { expect, test } from '@jest/globals'
import { randomSample } from '../testing/churn-sample.js'
import { features } from './features.js'
import { crossValidatedScores, foldCount, foldsOf, someCustomers } from './folds.js'
import { trainLogistic } from './logistic.js'

test('no customer is on both sides of a fold, and every row is judged once', () => {
  const sample = randomSample(3000, 4)
  const folds = foldsOf(sample, 7)
  expect(folds).toHaveLength(foldCount)
  for (const { train, test: judged } of folds) {
    const trained = new Set(train.map((row) => sample.customerIds[row]))
    expect(judged.filter((row) => trained.has(sample.customerIds[row]))).toEqual([])
    expect(judged.length).toBeGreaterThan(400)
  }
  const rows = folds.flatMap((fold) => fold.test).sort((a, b) => a - b)
  expect(rows).toEqual(Array.from({ length: 3000 }, (_, row) => row))
})

test('a row is scored by a model that saw no row of its customer', async () => {
  const sample = randomSample(300, 5)
  const seen: Set<string>[] = []
  await crossValidatedScores(
    sample,
    (rows) => {
      seen.push(new Set(rows.customerIds))
      return { intercept: 0, terms: [] }
    },
    7,
  )
  foldsOf(sample, 7).forEach((fold, k) => {
    expect(fold.test.some((row) => seen[k]!.has(sample.customerIds[row]!))).toBe(false)
  })
})

test('where one fold has all customers, nothing is learned that could score them: even odds', async () => {
  const sample = randomSample(3, 5)
  const scores = await crossValidatedScores(sample, (rows) => trainLogistic(rows, features, 1), 7)
  expect([...scores]).toEqual([0.5, 0.5, 0.5])
})

test('a smaller sample holds every row of a customer or none', () => {
  const sample = randomSample(3000, 6)
  const some = someCustomers(sample, 600, 7)
  expect(some.customerIds.length).toBeGreaterThan(450)
  expect(some.customerIds.length).toBeLessThan(750)
  for (const customer of new Set(some.customerIds))
    expect(some.customerIds.filter((id) => id === customer)).toHaveLength(3)
})
