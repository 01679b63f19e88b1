import { setImmediate } from 'node:timers/promises'
import { withCalibratedIntercept } from './calibrate.js'
import { type Feature, features, recencyFeature } from './features.js'
import { crossValidatedScores, scoresOf, someCustomers } from './folds.js'
import { type LogisticModel, trainLogistic } from './logistic.js'
import { areaUnderRoc, metricsOf } from './metrics.js'
import { type MissingRole, missingRoleText } from './missing-role.js'
import { churnerCount, columnOf, rowCount, type Sample } from './sample.js'
import { scoreGroups } from './score-groups.js'
import type { ChurnSettings } from './settings.js'

/** One row of `churn_model`. */
export interface Figure {
  model: 'logistic' | 'recency_only'
  sample: 'train' | 'cross_validation' | 'test' | 'calibrated'
  metric: string
  value: number | null
  status: 'trained' | 'warning' | 'refused'
  reason: string | null
}

export interface Training {
  /** Absent when there is too little to learn from; the figures say why. */
  model: LogisticModel | undefined
  figures: Figure[]
  /** How well each feature ranks the training rows alone. */
  featureAucs: ReadonlyMap<string, number>
}

/** A single feature that ranks this well almost surely knows the outcome. */
const suspiciousAuc = 0.95

/** Enough to see whether the figures of unseen customers are those of the training rows. */
const crossValidationRows = 20_000

/**
 * Trains on the older snapshots, judges on the newer one, then sets the intercept there: the figures of sample `test` are
 * those before that step, of `calibrated` after it. Between its steps others have their turn.
 */
export async function trainAndJudge(
  train: Sample,
  test: Sample,
  settings: ChurnSettings,
  missing?: MissingRole,
): Promise<Training> {
  const reason = missing ? missingRoleText(missing) : refusal(train, test, settings)
  if (reason) return refused(train, reason)
  const trainOn = (chosen: readonly Feature[]) => (rows: Sample) =>
    trainLogistic(rows, chosen, settings.l2)
  const judged = trainOn(features)(train)
  if (judged.terms.length === 0)
    return refused(
      train,
      `${rowCount(train)} training rows, all with equal features: more history is needed`,
    )
  const baseline = trainOn([recencyFeature])(train)
  const model = withCalibratedIntercept(judged, test)
  await setImmediate()
  const featureAucs = new Map(features.map(({ name }) => [name, featureAuc(train, name)]))
  const some = someCustomers(train, crossValidationRows, settings.seed)
  const crossValidated = await crossValidatedScores(some, trainOn(features), settings.seed)
  return {
    model,
    figures: [
      ...figuresOf('logistic', 'train', scoresOf(judged, train), train),
      ...figuresOf('logistic', 'cross_validation', crossValidated, some),
      ...figuresOf('logistic', 'test', scoresOf(judged, test), test),
      ...figuresOf('logistic', 'calibrated', scoresOf(model, test), test),
      ...figuresOf('recency_only', 'train', scoresOf(baseline, train), train),
      ...figuresOf('recency_only', 'test', scoresOf(baseline, test), test),
      ...leakWarnings(featureAucs),
    ],
    featureAucs,
  }
}

/** Why a model is not trained, or nothing. */
function refusal(train: Sample, test: Sample, settings: ChurnSettings): string | undefined {
  const rows = rowCount(train)
  const churners = churnerCount(train)
  const { minimum_rows, minimum_churners } = settings
  if (rows < minimum_rows)
    return `${rows} training rows, at least ${minimum_rows} are needed: more history, a shorter churn.horizon_days, or another churn.activity`
  if (churners < minimum_churners)
    return `${churners} churned training rows, at least ${minimum_churners} are needed`
  if (rows - churners < minimum_churners)
    return `${rows - churners} retained training rows, at least ${minimum_churners} are needed`
  if (churnerCount(test) === 0 || churnerCount(test) === rowCount(test))
    return `${rowCount(test)} rows of the test snapshot, ${churnerCount(test)} of them churned: both outcomes are needed to judge a model`
  return undefined
}

const refused = (train: Sample, reason: string): Training => ({
  model: undefined,
  featureAucs: new Map(),
  figures: Object.entries({ rows: rowCount(train), churners: churnerCount(train) }).map(
    ([metric, value]) => ({
      model: 'logistic',
      sample: 'train',
      metric,
      value,
      status: 'refused',
      reason,
    }),
  ),
})

const figuresOf = (
  model: Figure['model'],
  sample: Figure['sample'],
  scores: Float64Array,
  rows: Sample,
): Figure[] =>
  Object.entries(metricsOf(scores, rows.outcomes)).map(([metric, value]) => ({
    model,
    sample,
    metric,
    value,
    status: 'trained',
    reason: null,
  }))

/** How well a feature ranks alone, whatever its direction; missing values rank lowest. */
function featureAuc(sample: Sample, name: string): number {
  const values = columnOf(sample, name).map((value) => (Number.isNaN(value) ? -Infinity : value))
  const auc = areaUnderRoc(scoreGroups(values, sample.outcomes)) ?? 0.5
  return Math.max(auc, 1 - auc)
}

const leakWarnings = (aucs: ReadonlyMap<string, number>): Figure[] =>
  [...aucs]
    .filter(([, auc]) => auc > suspiciousAuc)
    .map(([name, auc]) => ({
      model: 'logistic',
      sample: 'train',
      metric: `auc_of_${name}`,
      value: auc,
      status: 'warning',
      reason: `${name} alone ranks churners with an AUC of ${auc.toFixed(3)}: it may know the outcome`,
    }))
