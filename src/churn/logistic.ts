import { mean, standardDeviation } from 'simple-statistics'
import { type Feature, transformed, transformedSql } from './features.js'
import { fitLogistic } from './logistic-fit.js'
import { type AdditiveModel, sqlDouble, type Term } from './model.js'
import { columnOf, type Sample } from './sample.js'

const { isNaN: isMissing } = Number

/** A term of a logistic regression: coefficient times the transformed feature in standard deviations from its mean. */
export interface LogisticTerm extends Term {
  feature: string
  coefficient: number
  mean: number
  standardDeviation: number
}

export interface LogisticModel extends AdditiveModel {
  terms: readonly LogisticTerm[]
}

interface Scale extends Feature {
  mean: number
  standardDeviation: number
  /** The transformed column in deviations from its mean; 0 where it is missing. */
  standardised: Float64Array
}

/**
 * Trains a logistic regression with an L2 penalty on standardised features. Means and deviations come from these rows alone.
 * A missing value counts as the mean; a feature that does not vary makes no term.
 */
export function trainLogistic(
  sample: Sample,
  features: readonly Feature[],
  l2: number,
): LogisticModel {
  const scales = features
    .map((feature) => scaleOf(sample, feature))
    .filter((scale) => scale.standardDeviation > 1e-9)
  const columns = scales.map((scale) => scale.standardised)
  const { intercept, coefficients } = fitLogistic(columns, sample.outcomes, l2)
  return { intercept, terms: scales.map((scale, k) => termOf(scale, coefficients[k]!)) }
}

function scaleOf(sample: Sample, { name, transform }: Feature): Scale {
  const values = columnOf(sample, name).map((value) => transformed(value, transform))
  const known = Array.from(values.filter((value) => !isMissing(value)))
  const centre = known.length > 0 ? mean(known) : 0
  const deviation = known.length > 0 ? standardDeviation(known) : 0
  return {
    name,
    transform,
    mean: centre,
    standardDeviation: deviation,
    standardised: values.map((value) => (isMissing(value) ? 0 : (value - centre) / deviation)),
  }
}

function termOf(scale: Scale, coefficient: number): LogisticTerm {
  const { name, transform, mean } = scale
  const slope = coefficient / scale.standardDeviation
  return {
    name,
    feature: name,
    coefficient,
    mean,
    standardDeviation: scale.standardDeviation,
    expression: `coalesce(${sqlDouble(slope)} * (${transformedSql(name, transform)} - ${sqlDouble(mean)}), 0e0)`,
    contributions: (sample) =>
      columnOf(sample, name).map((value) =>
        isMissing(value) ? 0 : slope * (transformed(value, transform) - mean),
      ),
  }
}
