import { churnKernels } from '../churn/kernels.js'
import type { Engine, Settings } from '../engines/engine.js'
import { inLineageOrder, readModels } from '../models.js'
import { givenTable, withEngine } from './engine.js'

/** The churn settings of tests: those of the project's defaults that a test does not care about. */
export const testSettings: Settings = {
  churn_label: 'silence',
  churn_activity: 'purchase',
  churn_horizon_days: 90,
  churn_gap_days: 0,
  churn_active_within_days: 365,
  churn_training_cutoffs: 4,
  churn_cutoff_spacing_days: 30,
  churn_minimum_history_days: 60,
  churn_minimum_rows: 500,
  churn_minimum_churners: 50,
  churn_sample_rows: 200_000,
  churn_l2: 1,
  churn_seed: 7,
  churn_medium_risk_from: 0.4,
  churn_high_risk_from: 0.7,
}

/** Microseconds of an ISO time in UTC. */
export const micros = (iso: string): number => Date.parse(`${iso}Z`) * 1000

/** An engine with `touchpoints` made by a SELECT of that table's columns, any of which may be left out. */
export const withTouchpoints = <T>(
  touchpoints: string,
  settings: Settings,
  use: (engine: Engine) => Promise<T>,
): Promise<T> =>
  withEngine({ ...testSettings, ...settings }, async (engine) => {
    await engine.execute(`create table touchpoints as select
      cast(touchpoint_id as varchar) as touchpoint_id, customer_id, cast(occurred_at as timestamp) as occurred_at, cast(received_at as timestamp) as received_at,
      event_type, cast(session_id as varchar) as session_id, cast(order_id as varchar) as order_id,
      cast(revenue as decimal(18, 4)) as revenue, revenue is not null as counts_revenue, cast(score as double) as score,
      cast(score_scale as varchar) as score_scale, coalesce(is_bot, false) as is_bot
    from (select * from (${touchpoints}) union all by name select null as touchpoint_id, null as received_at,
      null as session_id, null as order_id, null as revenue, null as score, null as score_scale,
      null as is_bot where false) given`)
    await givenTable(engine, 'revenue_echoes', [])
    return use(engine)
  })

/** Makes the tables of the SQL models of churn, in order. */
export async function makeChurnTables(engine: Engine): Promise<void> {
  const models = (await readModels()).filter(({ stage }) => stage === 'churn')
  for (const { table, select } of inLineageOrder(models)) await engine.createTable(table, select)
}

/** Makes every churn table: models, then kernels. */
export async function runChurn(engine: Engine, settings: Settings = {}): Promise<void> {
  await makeChurnTables(engine)
  for (const kernel of churnKernels)
    await kernel.run(engine, { settings: { ...testSettings, ...settings } })
}

/** Figures of `churn_model` as `model.sample.metric`. */
export async function figures(engine: Engine): Promise<Record<string, number>> {
  const rows = await engine.query(`select model, sample, metric, value from churn_model`)
  return Object.fromEntries(
    rows.map((row) => [`${row.model}.${row.sample}.${row.metric}`, Number(row.value)]),
  )
}
