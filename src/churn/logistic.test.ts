import { expect, test } from '@jest/globals'
import { mean } from 'simple-statistics'
import { randomSample } from '../testing/churn-sample.js'
import { features } from './features.js'
import { trainLogistic } from './logistic.js'
import { fitLogistic } from './logistic-fit.js'
import { logOddsOf, probability } from './model.js'
import { columnOf, rowsAt, type Sample } from './sample.js'

const repeated = (value: number, times: number): number[] => new Array<number>(times).fill(value)

test('two groups without a penalty: the coefficient is the logarithm of the odds ratio', () => {
  const group = Float64Array.from([...repeated(0, 10), ...repeated(1, 10)])
  const outcomes = Uint8Array.from([
    ...repeated(1, 2),
    ...repeated(0, 8),
    ...repeated(1, 6),
    ...repeated(0, 4),
  ])
  const fit = fitLogistic([group], outcomes, 0)
  expect(fit.intercept).toBeCloseTo(Math.log(2 / 8), 10)
  expect(fit.coefficients[0]).toBeCloseTo(Math.log(6 / 4) - Math.log(2 / 8), 10)
})

test('the gradient of the penalised likelihood vanishes at the optimum', () => {
  const sample = randomSample(600, 1)
  const columns = ['recency_days', 'purchases', 'revenue'].map((name) =>
    columnOf(sample, name).map((value) => value / 50),
  )
  const l2 = 3
  const { intercept, coefficients } = fitLogistic(columns, sample.outcomes, l2)
  const residuals = Float64Array.from(sample.outcomes, (outcome, row) => {
    const logOdds = columns.reduce(
      (sum, column, k) => sum + coefficients[k]! * column[row]!,
      intercept,
    )
    return outcome - probability(logOdds)
  })
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
  expect(Math.abs(sum(residuals))).toBeLessThan(1e-9)
  columns.forEach((column, k) => {
    const gradient = sum(residuals.map((residual, row) => residual * column[row]!))
    expect(Math.abs(gradient - l2 * coefficients[k]!)).toBeLessThan(1e-9)
  })
})

test('separable outcomes have finite coefficients', () => {
  const column = Float64Array.from({ length: 100 }, (_, row) => row - 50)
  const { coefficients } = fitLogistic(
    [column],
    Uint8Array.from(column, (x) => (x > 0 ? 1 : 0)),
    1,
  )
  expect(coefficients[0]).toBeGreaterThan(0)
  expect(Number.isFinite(coefficients[0])).toBe(true)
})

test('means and deviations come from the training rows alone', () => {
  const sample = randomSample(300, 2)
  const older = rowsAt(
    sample,
    Array.from({ length: 200 }, (_, row) => row),
  )
  const term = trainLogistic(older, features, 1).terms.find(({ name }) => name === 'purchases')!
  const logged = (rows: Sample) =>
    mean(Array.from(columnOf(rows, 'purchases'), (x) => Math.log(1 + x)))
  expect(term.mean).toBe(logged(older))
  expect(term.mean).not.toBe(logged(sample))
})

test('a missing value counts as the mean, a feature that does not vary makes no term', () => {
  const sample = randomSample(300, 3)
  columnOf(sample, 'tickets_90d').fill(0)
  columnOf(sample, 'unsubscribes').fill(Number.NaN)
  const model = trainLogistic(sample, features, 1)
  const names = model.terms.map(({ name }) => name)
  expect(names).not.toContain('tickets_90d')
  expect(names).not.toContain('unsubscribes')
  const gap = model.terms.find(({ name }) => name === 'mean_gap_days')!
  const missing = columnOf(sample, 'mean_gap_days').findIndex(Number.isNaN)
  expect(gap.contributions(sample)[missing]).toBe(0)
  expect(logOddsOf(model, sample).every(Number.isFinite)).toBe(true)
})
