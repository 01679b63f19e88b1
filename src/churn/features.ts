const { log, max } = Math

/** How a feature enters a linear model: `log` is ln(1 + x) of counts and durations, `signed_log` the same on both sides of zero. */
export type Transform = 'identity' | 'log' | 'signed_log'

export interface Feature {
  /** Column of `churn_features`. */
  name: string
  transform: Transform
}

/** Every feature of the model; the definitions are in `pipelines/churn/churn_features.sql`. */
export const features: readonly Feature[] = [
  { name: 'recency_days', transform: 'log' },
  { name: 'event_recency_days', transform: 'log' },
  { name: 'tenure_days', transform: 'log' },
  { name: 'mean_gap_days', transform: 'log' },
  { name: 'recency_to_mean_gap', transform: 'log' },
  { name: 'active_days', transform: 'log' },
  { name: 'active_days_30d', transform: 'log' },
  { name: 'active_days_90d', transform: 'log' },
  { name: 'activity_trend', transform: 'log' },
  { name: 'purchases', transform: 'log' },
  { name: 'purchases_90d', transform: 'log' },
  { name: 'revenue', transform: 'signed_log' },
  { name: 'revenue_90d', transform: 'signed_log' },
  { name: 'mean_order_value', transform: 'signed_log' },
  { name: 'returns_per_purchase', transform: 'log' },
  { name: 'returns_90d', transform: 'log' },
  { name: 'events_7d', transform: 'log' },
  { name: 'events_30d', transform: 'log' },
  { name: 'events_90d', transform: 'log' },
  { name: 'sessions_30d', transform: 'log' },
  { name: 'sessions_90d', transform: 'log' },
  { name: 'tickets_90d', transform: 'log' },
  { name: 'bad_scores_365d', transform: 'log' },
  { name: 'email_clicks_90d', transform: 'log' },
  { name: 'unsubscribes', transform: 'log' },
]

/** What a user would try first, and what a model must beat. */
export const recencyFeature: Feature = { name: 'recency_days', transform: 'log' }

/** The transformed value; a missing one (NaN) stays missing. */
export function transformed(value: number, transform: Transform): number {
  if (transform === 'identity') return value
  if (transform === 'log') return log(1 + max(value, 0))
  return value < 0 ? -log(1 - value) : log(1 + value)
}

/** The same as SQL on a column, null for null. */
export function transformedSql(column: string, transform: Transform): string {
  if (transform === 'identity') return column
  if (transform === 'log') return `ln(1e0 + case when ${column} < 0e0 then 0e0 else ${column} end)`
  return `case when ${column} < 0e0 then -ln(1e0 - ${column}) else ln(1e0 + ${column}) end`
}
