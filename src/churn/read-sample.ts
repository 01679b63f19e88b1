import type { Engine, Row } from '../engines/engine.js'
import { quoted } from '../sql.js'
import { features } from './features.js'
import type { Sample } from './sample.js'
import type { ChurnSettings } from './settings.js'

/** Rows with known outcomes of the training or test snapshots, ordered by key; a seeded sample when they are too many. */
export async function readSample(
  engine: Engine,
  purpose: 'train' | 'test',
  settings: Pick<ChurnSettings, 'sample_rows' | 'seed'>,
): Promise<Sample> {
  const labelled = `from churn_labels where purpose = ${quoted(purpose)}`
  const count = Number((await engine.query(`select count(*) as labelled ${labelled}`))[0]?.labelled)
  const key = `cast(epoch_micros(cutoff_at) as string)`
  const draw = `order by sha2(${quoted(`${settings.seed}|`)} || customer_id || '|' || ${key}, 256) nulls last, customer_id nulls last, cutoff_at nulls last limit ${settings.sample_rows}`
  const chosen = `select customer_id, cutoff_at, is_churned ${labelled} ${count > settings.sample_rows ? draw : ''}`
  const rows = await engine.query(`select l.customer_id, l.is_churned,
    ${features.map(({ name }) => `f.${name}`).join(', ')}
  from (${chosen}) l
  join churn_features f on f.customer_id = l.customer_id and f.cutoff_at = l.cutoff_at
  order by l.cutoff_at nulls last, l.customer_id nulls last`)
  return sampleOf(rows)
}

/** Rows of a query as columns of numbers; null becomes NaN. */
function sampleOf(rows: readonly Row[]): Sample {
  return {
    customerIds: rows.map((row) => String(row.customer_id)),
    columns: new Map(
      features.map(({ name }) => [
        name,
        Float64Array.from(rows, (row) => (row[name] === null ? Number.NaN : Number(row[name]))),
      ]),
    ),
    outcomes: Uint8Array.from(rows, (row) => (row.is_churned === true ? 1 : 0)),
  }
}
