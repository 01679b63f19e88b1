/** What the scores of a sample are worth; shares and probabilities between 0 and 1, null where a figure is not defined. */
export interface Metrics {
  rows: number
  churners: number
  base_rate: number | null
  mean_score: number | null
  auc: number | null
  pr_auc: number | null
  brier: number | null
  log_loss: number | null
  lift_10: number | null
  calibration_error: number | null
}

/** All figures for probabilities of churn and what happened (1 = churned). */
export function metricsOf(scores: Float64Array, outcomes: Uint8Array): Metrics {
  const rows = outcomes.length
  const churners = sum(outcomes)
  const some = rows > 0
  return {
    rows,
    churners,
    base_rate: some ? churners / rows : null,
    mean_score: some ? sum(scores) / rows : null,
    auc: areaUnderRoc(scores, outcomes),
    pr_auc: averagePrecision(scores, outcomes),
    brier: some ? sum(scores.map((score, row) => (score - outcomes[row]!) ** 2)) / rows : null,
    log_loss: some ? logLoss(scores, outcomes) : null,
    lift_10: liftAt(scores, outcomes, 0.1),
    calibration_error: some ? calibrationError(scores, outcomes, 10) : null,
  }
}

const sum = (values: Float64Array | Uint8Array): number => {
  let total = 0
  for (const value of values) total += value
  return total
}

interface ScoreGroup {
  rows: number
  churners: number
}

/** Rows of equal score together, highest score first, so that ties never depend on the order of rows. */
function scoreGroups(scores: Float64Array, outcomes: Uint8Array): ScoreGroup[] {
  const groups: ScoreGroup[] = []
  let last: number | undefined
  for (const row of byScore(scores).reverse()) {
    if (scores[row] !== last) groups.push({ rows: 0, churners: 0 })
    last = scores[row]
    const group = groups.at(-1)!
    group.rows += 1
    group.churners += outcomes[row]!
  }
  return groups
}

const byScore = (scores: Float64Array): Uint32Array =>
  Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]! || a - b)

/** Probability that a churner scores above a non-churner, ties counting half (Mann-Whitney). */
export function areaUnderRoc(scores: Float64Array, outcomes: Uint8Array): number | null {
  const churners = sum(outcomes)
  const others = outcomes.length - churners
  if (churners === 0 || others === 0) return null
  let pairs = 0
  let othersBelow = others
  for (const group of scoreGroups(scores, outcomes)) {
    const tied = group.rows - group.churners
    othersBelow -= tied
    pairs += group.churners * (othersBelow + tied / 2)
  }
  return pairs / (churners * others)
}

/** Average precision: precision at each score, weighted by the recall that it adds. */
export function averagePrecision(scores: Float64Array, outcomes: Uint8Array): number | null {
  const churners = sum(outcomes)
  if (churners === 0) return null
  let area = 0
  let rowsAbove = 0
  let churnersAbove = 0
  for (const group of scoreGroups(scores, outcomes)) {
    rowsAbove += group.rows
    churnersAbove += group.churners
    area += (group.churners / churners) * (churnersAbove / rowsAbove)
  }
  return area
}

/** Churn rate of the highest-scoring share over the base rate; of a tie at its border the expected part counts. */
export function liftAt(scores: Float64Array, outcomes: Uint8Array, share: number): number | null {
  const churners = sum(outcomes)
  if (churners === 0) return null
  const wanted = outcomes.length * share
  let rows = 0
  let found = 0
  for (const group of scoreGroups(scores, outcomes)) {
    const taken = Math.min(group.rows, wanted - rows)
    found += (group.churners * taken) / group.rows
    rows += taken
    if (rows >= wanted) break
  }
  return found / wanted / (churners / outcomes.length)
}

function logLoss(scores: Float64Array, outcomes: Uint8Array): number {
  let total = 0
  for (let row = 0; row < outcomes.length; row++) {
    const score = Math.min(Math.max(scores[row]!, 1e-15), 1 - 1e-15)
    total -= Math.log(outcomes[row] === 1 ? score : 1 - score)
  }
  return total / outcomes.length
}

/** Mean distance of score and churn rate over bins of equal count, weighted by their rows (expected calibration error). */
export function calibrationError(scores: Float64Array, outcomes: Uint8Array, bins: number): number {
  const order = byScore(scores)
  let error = 0
  for (let bin = 0; bin < bins; bin++) {
    const from = Math.floor((order.length * bin) / bins)
    const until = Math.floor((order.length * (bin + 1)) / bins)
    let difference = 0
    for (const row of order.subarray(from, until)) difference += scores[row]! - outcomes[row]!
    error += Math.abs(difference)
  }
  return error / order.length
}
