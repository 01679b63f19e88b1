import { solvePositiveDefinite } from './linear-solve.js'
import { probability } from './model.js'

const { abs, exp, log, log1p, max } = Math

export interface LogisticFit {
  intercept: number
  coefficients: Float64Array
}

/** Rows that a cache holds at once while products of columns are summed. */
const blockRows = 512

/**
 * Maximises the likelihood of a logistic regression less l2/2 times the sum of squared coefficients (not the intercept)
 * by Newton's method (iteratively re-weighted least squares). `columns` are the regressors, `outcomes` 0 or 1.
 * The result depends on nothing but the numbers in their order. Without rows it is even odds.
 */
export function fitLogistic(
  columns: readonly Float64Array[],
  outcomes: Uint8Array,
  l2: number,
): LogisticFit {
  const regressors = [new Float64Array(outcomes.length).fill(1), ...columns]
  let weights = new Float64Array(regressors.length)
  weights[0] = baseLogOdds(outcomes)
  if (outcomes.length === 0) return { intercept: weights[0], coefficients: weights.slice(1) }
  for (let iteration = 0; iteration < 100; iteration++) {
    const step = newtonStep(regressors, outcomes, weights, l2)
    // Near the optimum the error of the next point is the square of the step: one full step ends it.
    const converged = largest(step) < 1e-7
    const scale = converged ? 1 : stepScale(regressors, outcomes, weights, step, l2)
    weights = moved(weights, step, scale)
    if (converged || scale === 0) break
  }
  return { intercept: weights[0]!, coefficients: weights.slice(1) }
}

function baseLogOdds(outcomes: Uint8Array): number {
  const churned = outcomes.reduce((sum, outcome) => sum + outcome, 0)
  return log((churned + 0.5) / (outcomes.length - churned + 0.5))
}

function logOddsAt(regressors: readonly Float64Array[], weights: Float64Array): Float64Array {
  const logOdds = new Float64Array(regressors[0]!.length)
  regressors.forEach((regressor, k) => {
    const weight = weights[k]!
    for (let row = 0; row < logOdds.length; row++) logOdds[row]! += weight * regressor[row]!
  })
  return logOdds
}

/** Solves (X'WX + l2 I) step = X'(y - p) - l2 weights. */
function newtonStep(
  regressors: readonly Float64Array[],
  outcomes: Uint8Array,
  weights: Float64Array,
  l2: number,
): Float64Array {
  const width = weights.length
  const probabilities = logOddsAt(regressors, weights).map(probability)
  const variances = probabilities.map((p) => max(p * (1 - p), 1e-12))
  const residuals = probabilities.map((p, row) => outcomes[row]! - p)
  const gradient = Float64Array.from(regressors, (regressor) => dot(regressor, residuals))
  const hessian = weightedProducts(regressors, variances)
  for (let i = 1; i < width; i++) {
    gradient[i]! -= l2 * weights[i]!
    hessian[i * width + i]! += l2
  }
  return solvePositiveDefinite(hessian, gradient)
}

/** The lower triangle of X'WX, summed block by block. */
function weightedProducts(
  regressors: readonly Float64Array[],
  rowWeights: Float64Array,
): Float64Array {
  const width = regressors.length
  const products = new Float64Array(width * width)
  const weighted = new Float64Array(blockRows)
  for (let start = 0; start < rowWeights.length; start += blockRows) {
    const end = Math.min(start + blockRows, rowWeights.length)
    for (let i = 0; i < width; i++) {
      const regressor = regressors[i]!
      for (let row = start; row < end; row++)
        weighted[row - start] = regressor[row]! * rowWeights[row]!
      for (let k = 0; k <= i; k++)
        products[i * width + k]! += blockDot(weighted, regressors[k]!, start, end)
    }
  }
  return products
}

/** Four sums at once, because each addition would otherwise wait for the one before it. */
function blockDot(block: Float64Array, column: Float64Array, start: number, end: number): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let row = start
  for (; row + 3 < end; row += 4) {
    const k = row - start
    a += block[k]! * column[row]!
    b += block[k + 1]! * column[row + 1]!
    c += block[k + 2]! * column[row + 2]!
    d += block[k + 3]! * column[row + 3]!
  }
  for (; row < end; row++) a += block[row - start]! * column[row]!
  return a + b + (c + d)
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0
  for (let row = 0; row < left.length; row++) sum += left[row]! * right[row]!
  return sum
}

/** The largest of 1, 1/2, 1/4 … of a step with which the loss falls, so that Newton's method cannot overshoot; else 0. */
function stepScale(
  regressors: readonly Float64Array[],
  outcomes: Uint8Array,
  weights: Float64Array,
  step: Float64Array,
  l2: number,
): number {
  const loss = penalisedLoss(regressors, outcomes, weights, l2)
  for (let scale = 1; scale > 1e-6; scale /= 2)
    if (penalisedLoss(regressors, outcomes, moved(weights, step, scale), l2) < loss) return scale
  return 0
}

const moved = (
  weights: Float64Array,
  step: Float64Array,
  scale: number,
): Float64Array<ArrayBuffer> => Float64Array.from(weights, (weight, k) => weight + scale * step[k]!)

function penalisedLoss(
  regressors: readonly Float64Array[],
  outcomes: Uint8Array,
  weights: Float64Array,
  l2: number,
): number {
  const logOdds = logOddsAt(regressors, weights)
  let loss = (l2 / 2) * (dot(weights, weights) - weights[0]! ** 2)
  for (let row = 0; row < logOdds.length; row++)
    loss += softplus(logOdds[row]!) - outcomes[row]! * logOdds[row]!
  return loss
}

/** ln(1 + exp(x)) without overflow. */
const softplus = (x: number): number => max(x, 0) + log1p(exp(-abs(x)))

const largest = (values: Float64Array): number =>
  values.reduce((most, value) => max(most, abs(value)), 0)
