import { rowCount, type Sample } from './sample.js'

const { exp, max, min } = Math

/** One summand of the log-odds of churn. */
export interface SqlTerm {
  name: string
  /** Its contribution as SQL over the columns of `churn_features`; never null. */
  expression: string
}

/** One that training can add up, too. */
export interface Term extends SqlTerm {
  /** The same in TypeScript for every row of a sample. */
  contributions: (sample: Sample) => Float64Array
}

/** As much of a model as a score needs. */
export interface SqlModel {
  intercept: number
  terms: readonly SqlTerm[]
}

/**
 * What training yields, whatever the algorithm: the log-odds of churn are the intercept plus the terms, added in their order.
 * Scores, drivers and SQL are made of this alone.
 */
export interface AdditiveModel extends SqlModel {
  terms: readonly Term[]
}

export type Train = (sample: Sample) => AdditiveModel

/** Log-odds of every row, summed in the order in which the SQL sums them. */
export function logOddsOf(model: AdditiveModel, sample: Sample): Float64Array {
  const logOdds = new Float64Array(rowCount(sample)).fill(model.intercept)
  for (const term of model.terms) {
    term.contributions(sample).forEach((contribution, row) => {
      logOdds[row]! += contribution
    })
  }
  return logOdds
}

/** Beyond this a probability is 0 or 1 to fifteen digits; the bound keeps exp() finite on every engine. */
export const largestLogOdds = 35

/** Probability of log-odds. */
export const probability = (logOdds: number): number =>
  1 / (1 + exp(-min(max(logOdds, -largestLogOdds), largestLogOdds)))

/** A number as a SQL double: 17 significant digits and an exponent, so that no engine rounds it or reads a decimal. */
export const sqlDouble = (value: number): string =>
  value < 0 ? `(${value.toExponential(16)})` : value.toExponential(16)
