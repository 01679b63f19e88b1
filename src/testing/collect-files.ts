import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { collect } from '../collect/collect.js'
import { listRawObjects } from '../collect/raw-objects.js'
import { readConfig, type SourceConfig } from '../config.js'
import type { Engine, Row } from '../engines/engine.js'
import { inLineageOrder, readModels } from '../models.js'
import { openStorage } from '../storage/storage.js'
import { contracts, withEngine } from './engine.js'

/** What the files of one source became; the counts are those of the ledger. */
export interface Collected {
  rows: number
  kept: number
  duplicates: number
  rejected: number
  /** Kept records as rows of `events` or `ad_spend`. */
  records: Row[]
  /** Why rows, records or values were refused, and how many of each. */
  reasons: Record<string, number>
}

const ledger = inLineageOrder((await readModels()).filter(({ stage }) => stage === 'ledger'))

/**
 * Runs the collect stage and its ledger over files below a folder, as a run does, and answers by source.
 * Fails when the books of any object do not balance.
 */
export async function collectFiles(
  folder: string,
  sources: Readonly<Record<string, SourceConfig>>,
): Promise<Map<string, Collected>> {
  const workFolder = await mkdtemp(path.join(os.tmpdir(), 'throughline-collect-'))
  const storage = openStorage(folder)
  const config = { ...readConfig(undefined), sources }
  try {
    return await withEngine({}, async (engine) => {
      const zones = { raw: storage, archive: openStorage(path.join(folder, 'archive')) }
      const objects = await listRawObjects(zones, sources)
      await collect({ engine, zones, config, contracts, workFolder }, objects)
      return await collectedBySource(engine, Object.keys(sources))
    })
  } finally {
    await rm(workFolder, { recursive: true, force: true })
  }
}

/** Makes the ledger of what was collected into an engine, and answers by source. */
export async function collectedBySource(
  engine: Engine,
  sources: readonly string[],
): Promise<Map<string, Collected>> {
  for (const { table, select } of ledger) await engine.createTable(table, select)
  const objects = await engine.query('select * from objects')
  const events = await engine.query('select * from events order by row_number, record_no')
  const spend = await engine.query('select * from ad_spend order by spend_on, ad_spend_id')
  const rejected = await engine.query('select * from rejected_records order by row_number')
  return new Map(
    sources.map((source) => {
      const ofSource = (row: Row) => row.source === source
      const total = (name: string): number =>
        objects.filter(ofSource).reduce((sum, row) => sum + Number(row[name]), 0)
      const books = {
        rows: total('rows_read'),
        kept: total('rows_kept'),
        duplicates: total('rows_duplicate'),
        rejected: total('rows_rejected'),
      }
      if (books.rows !== books.kept + books.duplicates + books.rejected)
        throw new Error(`books of ${source} do not balance: ${JSON.stringify(books)}`)
      const reasons = countedBy(rejected.filter(ofSource), 'reason')
      return [source, { ...books, records: [...events, ...spend].filter(ofSource), reasons }]
    }),
  )
}

function countedBy(rows: readonly Row[], column: string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const row of rows) counts[String(row[column])] = (counts[String(row[column])] ?? 0) + 1
  return counts
}
