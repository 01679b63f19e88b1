import { solvePositiveDefinite } from './linear-solve.js'
import { probability } from './model.js'

export interface LogisticFit {
  intercept: number
  coefficients: Float64Array
}

/**
 * Maximises the likelihood of a logistic regression less l2/2 times the sum of squared coefficients (not the intercept)
 * by Newton's method (iteratively re-weighted least squares). `columns` are the regressors, `outcomes` 0 or 1.
 * The result depends on nothing but the numbers in their order.
 */
export function fitLogistic(
  columns: readonly Float64Array[],
  outcomes: Uint8Array,
  l2: number,
): LogisticFit {
  const rows = rowMajor(columns, outcomes.length)
  let weights = new Float64Array(columns.length + 1)
  weights[0] = baseLogOdds(outcomes)
  for (let iteration = 0; iteration < 100; iteration++) {
    const step = newtonStep(rows, outcomes, weights, l2)
    // Near the optimum the error of the next point is the square of the step: one full step ends it.
    const converged = largest(step) < 1e-7
    const scale = converged ? 1 : stepScale(rows, outcomes, weights, step, l2)
    weights = moved(weights, step, scale)
    if (converged || scale === 0) break
  }
  return { intercept: weights[0]!, coefficients: weights.slice(1) }
}

function baseLogOdds(outcomes: Uint8Array): number {
  const churned = outcomes.reduce((sum, outcome) => sum + outcome, 0)
  return Math.log((churned + 0.5) / (outcomes.length - churned + 0.5))
}

/** Regressors row by row, after a constant 1. */
function rowMajor(columns: readonly Float64Array[], length: number): Float64Array {
  const width = columns.length + 1
  const rows = new Float64Array(length * width)
  for (let row = 0; row < length; row++) {
    rows[row * width] = 1
    for (let k = 1; k < width; k++) rows[row * width + k] = columns[k - 1]![row]!
  }
  return rows
}

function logOddsAt(rows: Float64Array, weights: Float64Array, start: number): number {
  let sum = 0
  for (let k = 0; k < weights.length; k++) sum += rows[start + k]! * weights[k]!
  return sum
}

/** Solves (X'WX + l2 I) step = X'(y - p) - l2 beta. */
function newtonStep(
  rows: Float64Array,
  outcomes: Uint8Array,
  weights: Float64Array,
  l2: number,
): Float64Array {
  const width = weights.length
  const hessian = new Float64Array(width * width)
  const gradient = new Float64Array(width)
  for (let row = 0; row < outcomes.length; row++) {
    const start = row * width
    const p = probability(logOddsAt(rows, weights, start))
    const weight = Math.max(p * (1 - p), 1e-12)
    for (let i = 0; i < width; i++) {
      const x = rows[start + i]!
      gradient[i]! += x * (outcomes[row]! - p)
      const weighted = x * weight
      for (let k = 0; k <= i; k++) hessian[i * width + k]! += weighted * rows[start + k]!
    }
  }
  for (let i = 1; i < width; i++) {
    gradient[i]! -= l2 * weights[i]!
    hessian[i * width + i]! += l2
  }
  return solvePositiveDefinite(hessian, gradient)
}

/** The largest of 1, 1/2, 1/4 … of a step with which the loss falls, so that Newton's method cannot overshoot; else 0. */
function stepScale(
  rows: Float64Array,
  outcomes: Uint8Array,
  weights: Float64Array,
  step: Float64Array,
  l2: number,
): number {
  const loss = penalisedLoss(rows, outcomes, weights, l2)
  for (let scale = 1; scale > 1e-6; scale /= 2)
    if (penalisedLoss(rows, outcomes, moved(weights, step, scale), l2) < loss) return scale
  return 0
}

const moved = (
  weights: Float64Array,
  step: Float64Array,
  scale: number,
): Float64Array<ArrayBuffer> => Float64Array.from(weights, (weight, k) => weight + scale * step[k]!)

function penalisedLoss(
  rows: Float64Array,
  outcomes: Uint8Array,
  weights: Float64Array,
  l2: number,
): number {
  let loss = 0
  for (let row = 0; row < outcomes.length; row++) {
    const logOdds = logOddsAt(rows, weights, row * weights.length)
    loss += softplus(logOdds) - outcomes[row]! * logOdds
  }
  for (let k = 1; k < weights.length; k++) loss += (l2 / 2) * weights[k]! ** 2
  return loss
}

/** ln(1 + exp(x)) without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

const largest = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
