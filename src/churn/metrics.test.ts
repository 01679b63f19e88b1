import { expect, test } from '@jest/globals'
import { areaUnderRoc, averagePrecision, calibrationError, liftAt, metricsOf } from './metrics.js'
import { scoreGroups } from './score-groups.js'

const scores = Float64Array.of(0.1, 0.4, 0.35, 0.8)
const outcomes = Uint8Array.of(0, 0, 1, 1)

test('figures of four customers, by hand', () => {
  const found = metricsOf(scores, outcomes)
  expect(found.rows).toBe(4)
  expect(found.churners).toBe(2)
  expect(found.base_rate).toBe(0.5)
  // Of the four pairs of a churner and another, three are in the right order.
  expect(found.auc).toBe(0.75)
  // Precision 1 at the first churner, 2/3 at the second, half of the recall each.
  expect(found.pr_auc).toBeCloseTo((1 + 2 / 3) / 2, 15)
  expect(found.brier).toBeCloseTo((0.01 + 0.16 + 0.4225 + 0.04) / 4, 15)
  expect(found.log_loss).toBeCloseTo(
    -(Math.log(0.9) + Math.log(0.6) + Math.log(0.35) + Math.log(0.8)) / 4,
    15,
  )
})

test('equal scores say nothing, whatever the order of rows', () => {
  const equal = new Float64Array(6).fill(0.3)
  for (const order of [Uint8Array.of(1, 1, 0, 0, 0, 0), Uint8Array.of(0, 0, 0, 0, 1, 1)]) {
    expect(areaUnderRoc(scoreGroups(equal, order))).toBe(0.5)
    expect(averagePrecision(scoreGroups(equal, order))).toBeCloseTo(1 / 3, 15)
    expect(liftAt(scoreGroups(equal, order), 0.1)).toBeCloseTo(1, 15)
  }
})

test('lift takes the expected part of a tie at the border of the top share', () => {
  const ten = Float64Array.of(0.9, 0.9, 0.5, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1)
  const two = Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 0, 0, 0)
  // One place, two candidates of which one churned: half a churner, where 0.2 are expected.
  expect(liftAt(scoreGroups(ten, two), 0.1)).toBeCloseTo(0.5 / 0.2, 12)
})

test('calibration error weighs the distance of score and rate by bin', () => {
  const four = Float64Array.of(0.2, 0.4, 0.6, 0.9)
  // Bins of two: scores 0.3 against a rate of 0.5, then 0.75 against 1.
  expect(calibrationError(scoreGroups(four, Uint8Array.of(0, 1, 1, 1)), 2)).toBeCloseTo(
    0.5 * 0.2 + 0.5 * 0.25,
    12,
  )
  expect(calibrationError(scoreGroups(Float64Array.of(0, 1), Uint8Array.of(0, 1)), 2)).toBe(0)
})

test('without churners, or without rows, what is not defined is null', () => {
  expect(metricsOf(scores, new Uint8Array(4))).toMatchObject({
    auc: null,
    pr_auc: null,
    lift_10: null,
  })
  expect(metricsOf(new Float64Array(0), new Uint8Array(0))).toMatchObject({ rows: 0, brier: null })
})
