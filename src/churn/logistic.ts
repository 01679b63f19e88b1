import { mean, standardDeviation } from 'simple-statistics'
import { type Feature, transformed, transformedSql } from './features.js'
import { fitLogistic } from './logistic-fit.js'
import { type AdditiveModel, sqlDouble, type Term } from './model.js'
import { columnOf, type Sample } from './sample.js'

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
  const columns = scales.map((scale) =>
    columnOf(sample, scale.name).map((value) => standardised(value, scale)),
  )
  const { intercept, coefficients } = fitLogistic(columns, sample.outcomes, l2)
  return { intercept, terms: scales.map((scale, k) => termOf(scale, coefficients[k]!)) }
}

function scaleOf(sample: Sample, { name, transform }: Feature): Scale {
  const known = Array.from(columnOf(sample, name), (value) => transformed(value, transform)).filter(
    (value) => !Number.isNaN(value),
  )
  if (known.length === 0) return { name, transform, mean: 0, standardDeviation: 0 }
  return { name, transform, mean: mean(known), standardDeviation: standardDeviation(known) }
}

const standardised = (value: number, scale: Scale): number =>
  Number.isNaN(value)
    ? 0
    : (transformed(value, scale.transform) - scale.mean) / scale.standardDeviation

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
    contribution: (sample, row) => {
      const value = columnOf(sample, name)[row]!
      return Number.isNaN(value) ? 0 : slope * (transformed(value, transform) - mean)
    },
  }
}
