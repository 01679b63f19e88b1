import { collect } from '../collect/collect.js'
import { listRawObjects } from '../collect/raw-objects.js'
import { readConfig, type SourceConfig } from '../config.js'
import type { Engine, Row } from '../engines/engine.js'
import { readModels } from '../models.js'
import { inLineageOrder } from '../models.js'
import { openStorage } from '../storage/storage.js'
import { contracts } from './engine.js'

export type SourceOfFile = Pick<SourceConfig, 'preset' | 'prefix'> & Partial<SourceConfig>

/** What one source's files became; the counts are those of the ledger. */
export interface Collected {
  rows: number
  kept: number
  duplicates: number
  rejected: number
  /** Kept records as rows of `events` or `ad_spend`. */
  records: Row[]
  /** Why rows and records were refused: how many of each. */
  reasons: Record<string, number>
}

const ledger = inLineageOrder((await readModels()).filter(({ stage }) => stage === 'ledger'))

/** Runs the collect stage and its ledger over files below a folder, as a run does; answers by source. */
export async function collectFiles(
  engine: Engine,
  folder: string,
  sources: Readonly<Record<string, SourceOfFile>>,
  workFolder: string,
): Promise<Map<string, Collected>> {
  const storage = openStorage(folder)
  const config = { ...readConfig(undefined), sources }
  const objects = await listRawObjects(storage, sources)
  await collect({ engine, storage, config, contracts, workFolder }, objects)
  for (const { table, select } of ledger)
    await engine.execute(`create or replace table ${table} as ${select}`)
  return collectedBySource(engine, Object.keys(sources))
}

async function collectedBySource(
  engine: Engine,
  sources: readonly string[],
): Promise<Map<string, Collected>> {
  const counts = await engine.query(`select source, cast(sum(rows_read) as int) as rows, cast(sum(rows_kept) as int) as kept,
    cast(sum(rows_duplicate) as int) as duplicates, cast(sum(rows_rejected) as int) as rejected from objects group by source`)
  const events = await engine.query('select * from events order by row_number, record_no')
  const spend = await engine.query('select * from ad_spend')
  const reasons = await engine.query(`select source, reason, cast(count(*) as int) as records
    from rejected_records group by source, reason order by reason`)
  return new Map(
    sources.map((source) => {
      const ofSource = (row: Row) => row.source === source
      const { rows = 0, kept = 0, duplicates = 0, rejected = 0 } = (counts.find(ofSource) ??
        {}) as Record<string, number>
      return [
        source,
        {
          rows,
          kept,
          duplicates,
          rejected,
          records: [...events, ...spend].filter(ofSource),
          reasons: Object.fromEntries(
            reasons.filter(ofSource).map(({ reason, records }) => [String(reason), Number(records)]),
          ),
        },
      ]
    }),
  )
}
