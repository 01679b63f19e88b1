import { type ScoreGroup, scoreGroups } from './score-groups.js'

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

/** All figures for probabilities of churn and what happened (1 = churned); equal for any order of the rows' ties. */
export function metricsOf(scores: Float64Array, outcomes: Uint8Array): Metrics {
  const groups = scoreGroups(scores, outcomes)
  const rows = outcomes.length
  const churners = churnersIn(groups)
  const mean = (loss: (group: ScoreGroup) => number) =>
    rows > 0 ? groups.reduce((total, group) => total + loss(group), 0) / rows : null
  return {
    rows,
    churners,
    base_rate: rows > 0 ? churners / rows : null,
    mean_score: mean(({ score, rows: tied }) => score * tied),
    auc: areaUnderRoc(groups),
    pr_auc: averagePrecision(groups),
    brier: mean(squaredError),
    log_loss: mean(logLoss),
    lift_10: liftAt(groups, 0.1),
    calibration_error: calibrationError(groups, 10),
  }
}

const rowsIn = (groups: readonly ScoreGroup[]): number =>
  groups.reduce((total, group) => total + group.rows, 0)

const churnersIn = (groups: readonly ScoreGroup[]): number =>
  groups.reduce((total, group) => total + group.churners, 0)

const squaredError = ({ score, rows, churners }: ScoreGroup): number =>
  churners * (1 - score) ** 2 + (rows - churners) * score ** 2

function logLoss({ score, rows, churners }: ScoreGroup): number {
  const bounded = Math.min(Math.max(score, 1e-15), 1 - 1e-15)
  return -churners * Math.log(bounded) - (rows - churners) * Math.log(1 - bounded)
}

/** Probability that a churner scores above a non-churner, ties counting half (Mann-Whitney). */
export function areaUnderRoc(groups: readonly ScoreGroup[]): number | null {
  const churners = churnersIn(groups)
  const others = rowsIn(groups) - churners
  if (churners === 0 || others === 0) return null
  let pairs = 0
  let othersBelow = others
  for (const group of groups) {
    const tied = group.rows - group.churners
    othersBelow -= tied
    pairs += group.churners * (othersBelow + tied / 2)
  }
  return pairs / (churners * others)
}

/** Average precision: precision at each score, weighted by the recall that it adds. */
export function averagePrecision(groups: readonly ScoreGroup[]): number | null {
  const churners = churnersIn(groups)
  if (churners === 0) return null
  let area = 0
  let rowsAbove = 0
  let churnersAbove = 0
  for (const group of groups) {
    rowsAbove += group.rows
    churnersAbove += group.churners
    area += (group.churners / churners) * (churnersAbove / rowsAbove)
  }
  return area
}

/** Churn rate of the highest-scoring share over the base rate; of a tie at its border the expected part counts. */
export function liftAt(groups: readonly ScoreGroup[], share: number): number | null {
  const rows = rowsIn(groups)
  const churners = churnersIn(groups)
  if (churners === 0) return null
  let left = rows * share
  let found = 0
  for (const group of groups) {
    const taken = Math.min(group.rows, left)
    found += (group.churners * taken) / group.rows
    left -= taken
    if (left <= 0) break
  }
  return found / (rows * share) / (churners / rows)
}

/**
 * Mean distance of score and churn rate over bins of equal count, weighted by their rows (expected calibration error);
 * a tie at the border of two bins is shared between them.
 */
export function calibrationError(groups: readonly ScoreGroup[], bins: number): number | null {
  const rows = rowsIn(groups)
  if (rows === 0) return null
  let error = 0
  let left = rows / bins
  let difference = 0
  for (const group of groups) {
    let waiting = group.rows
    while (waiting > 0) {
      const taken = Math.min(waiting, left)
      difference += taken * (group.score - group.churners / group.rows)
      waiting -= taken
      left -= taken
      if (left > rows * 1e-12) continue
      error += Math.abs(difference)
      difference = 0
      left = rows / bins
    }
  }
  return error / rows
}
