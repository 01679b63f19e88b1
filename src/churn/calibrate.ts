import { type AdditiveModel, logOddsOf, probability } from './model.js'
import { churnerCount, rowCount, type Sample } from './sample.js'

/**
 * Moves the intercept so that the mean score of a sample is its churn rate; the order of customers stays.
 * A sample without both outcomes leaves the model as it is.
 */
export function withCalibratedIntercept<M extends AdditiveModel>(model: M, sample: Sample): M {
  const churners = churnerCount(sample)
  if (churners === 0 || churners === rowCount(sample)) return model
  return {
    ...model,
    intercept: model.intercept + interceptShift(logOddsOf(model, sample), churners),
  }
}

/** Bisection: the expected number of churners grows with the shift, so one root exists between the bounds. */
function interceptShift(logOdds: Float64Array, churners: number): number {
  let low = -50
  let high = 50
  while (true) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return middle
    let expected = 0
    for (const value of logOdds) expected += probability(value + middle)
    if (expected < churners) low = middle
    else high = middle
  }
}
