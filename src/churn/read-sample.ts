import type { Engine, Row } from '../engines/engine.js'
import { quoted } from '../sql.js'
import { features } from './features.js'
import type { Sample } from './sample.js'
import type { ChurnSettings } from './settings.js'

type DrawSettings = Pick<ChurnSettings, 'sample_rows' | 'seed'>

/** Rows with known outcomes of the training or test snapshots, ordered by key; a seeded sample when they are too many. */
export async function readSample(
  engine: Engine,
  purpose: 'train' | 'test',
  settings: DrawSettings,
): Promise<Sample> {
  const labelled = `select customer_id, cutoff_at, is_churned from churn_labels where purpose = ${quoted(purpose)}`
  const [counted] = await engine.query(
    `select count(*) as row_count from (${labelled}) as labelled`,
  )
  const count = Number(counted?.row_count)
  const chosen = count > settings.sample_rows ? drawn(labelled, settings) : labelled
  const rows = await engine.query(`select l.customer_id, l.is_churned,
    ${features.map(({ name }) => `f.${name}`).join(', ')}
  from (${chosen}) l
  join churn_features f on f.customer_id = l.customer_id and f.cutoff_at = l.cutoff_at
  order by l.cutoff_at nulls last, l.customer_id nulls last`)
  return sampleOf(rows)
}

/** Rows that the seed draws, whatever their order. Spark takes no functions of ours in an ORDER BY. */
const drawn = (labelled: string, { sample_rows, seed }: DrawSettings): string => `
  select customer_id, cutoff_at, is_churned
  from (
    select *, sha2(${quoted(`${seed}|`)} || customer_id || '|' || cast(epoch_micros(cutoff_at) as string), 256) as draw
    from (${labelled}) as labelled
  ) as drawn
  order by draw nulls last, customer_id nulls last, cutoff_at nulls last
  limit ${sample_rows}`

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
