import { quoted } from '../sql.js'
import { largestLogOdds, type SqlModel, sqlDouble } from './model.js'
import type { ChurnSettings } from './settings.js'

/** How many drivers a score names; the others are summed up in `other_contribution`. */
export const namedDrivers = 5

export interface ScoreOptions {
  modelId: string
  horizonDays: number
  mediumRiskFrom: number
  highRiskFrom: number
}

/** What a score takes from the configuration. */
export const scoreOptions = (modelId: string, settings: ChurnSettings): ScoreOptions => ({
  modelId,
  horizonDays: settings.horizon_days,
  mediumRiskFrom: settings.medium_risk_from,
  highRiskFrom: settings.high_risk_from,
})

const places = (count: number): number[] => Array.from({ length: count }, (_, k) => k + 1)
const termColumns = (model: SqlModel): string[] =>
  places(model.terms.length).map((k) => `term_${k}`)
const driverColumns = (count: number): string[] => places(count).map((k) => `driver_no_${k}`)

/** The SELECT that makes `churn_scores` of a model: plain arithmetic and CASE, additions in the order of the terms. */
export function scoreSelect(model: SqlModel, options: ScoreOptions): string {
  const steps = places(namedDrivers).map((k) => driverStep(model, k))
  return `with contributions as (
${contributionsSelect(model)}
),
driver_0 as (
  select customer_id, cutoff_at, ${termColumns(model).join(', ')},
    ${sqlDouble(model.intercept)} + ${termColumns(model).join(' + ')} as log_odds,
    ${places(model.terms.length)
      .map((k) => `abs(term_${k}) as size_${k}`)
      .join(', ')}
  from contributions
),
${steps.join(',\n')}
${finalSelect(model, options)}`
}

/** Every term of every customer at the scoring snapshot. */
const contributionsSelect = (model: SqlModel): string =>
  `  select f.customer_id, f.cutoff_at,
${model.terms.map((term, k) => `    ${term.expression} as term_${k + 1}`).join(',\n')}
  from churn_features f
  join churn_cutoffs c on c.cutoff_at = f.cutoff_at and c.purpose = 'score'`

/** Finds the k-th largest term; those found before have size -1, the first of equals wins, a term of 0 is no driver. */
function driverStep(model: SqlModel, k: number): string {
  const numbers = places(model.terms.length)
  const size = (n: number) =>
    k === 1 ? `size_${n}` : `case when driver_no_${k - 1} = ${n} then -1e0 else size_${n} end`
  const found = numbers.map((n) => `when size_${n} then ${n}`).join(' ')
  const greatest = `greatest(0e0, ${numbers.map((n) => `size_${n}`).join(', ')})`
  return `driver_${k} as (
  select customer_id, cutoff_at, log_odds, ${[...termColumns(model), ...driverColumns(k - 1)].join(', ')},
    ${numbers.map((n) => `size_${n}`).join(', ')},
    case when ${greatest} > 0e0 then case ${greatest} ${found} end end as driver_no_${k}
  from (
    select customer_id, cutoff_at, log_odds, ${[...termColumns(model), ...driverColumns(k - 1)].join(', ')},
      ${numbers.map((n) => `${size(n)} as size_${n}`).join(', ')}
    from driver_${k - 1}
  ) remaining
)`
}

function finalSelect(model: SqlModel, options: ScoreOptions): string {
  const drivers = places(namedDrivers).flatMap((k) => [
    `case driver_no_${k} ${cases(model, (n) => quoted(model.terms[n - 1]!.name))} end as driver_${k}`,
    `case driver_no_${k} ${cases(model, (n) => `term_${n}`)} end as driver_${k}_contribution`,
  ])
  const named = (n: number) =>
    places(namedDrivers)
      .map((k) => `coalesce(driver_no_${k} = ${n}, false)`)
      .join(' or ')
  const others = places(model.terms.length).map(
    (n) => `case when ${named(n)} then 0e0 else term_${n} end`,
  )
  return `select
  customer_id, cutoff_at as as_of, cast(${options.horizonDays} as bigint) as horizon_days, score, log_odds,
  case when score >= ${sqlDouble(options.highRiskFrom)} then 'high'
    when score >= ${sqlDouble(options.mediumRiskFrom)} then 'medium' else 'low' end as risk_band,
  ${sqlDouble(model.intercept)} as intercept,
  ${drivers.join(',\n  ')},
  ${others.join('\n    + ')} as other_contribution,
  ${quoted(options.modelId)} as model_id
from (
  select customer_id, cutoff_at, log_odds, ${[...termColumns(model), ...driverColumns(namedDrivers)].join(', ')},
    1e0 / nullif(1e0 + exp(-${boundedLogOdds}), 0e0) as score
  from driver_${namedDrivers}
) scored`
}

const boundedLogOdds = `case when log_odds > ${sqlDouble(largestLogOdds)} then ${sqlDouble(largestLogOdds)}
      when log_odds < ${sqlDouble(-largestLogOdds)} then ${sqlDouble(-largestLogOdds)} else log_odds end`

const cases = (model: SqlModel, text: (n: number) => string): string =>
  places(model.terms.length)
    .map((n) => `when ${n} then ${text(n)}`)
    .join(' ')
