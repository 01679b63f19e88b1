import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect } from '@jest/globals'
import { readConfig } from './config.js'
import type { Row } from './engines/engine.js'
import { builtInFolder } from './project.js'
import { runJob } from './run.js'
import { testWithData } from './testing/shared-data.js'

/** The whole job on half a million rows, on a slow machine that is busy. */
const timeoutMs = 900_000

/** Runs a config of `config/` on the real data that it is for and returns rows and the sections of its summary. */
async function runConfig(
  name: string,
): Promise<{ rows: Record<string, number>; section: (title: string) => Row[] }> {
  const warehouse = await mkdtemp(path.join(os.tmpdir(), `throughline-${name}-`))
  const config = readConfig(path.join(builtInFolder, 'config', `${name}.yaml`))
  const raw = path.resolve(builtInFolder, config.storage.raw)
  try {
    const result = await runJob({
      config: { ...config, storage: { ...config.storage, raw, warehouse } },
      version: 'test',
    })
    if (result.status !== 'published') throw new Error('expected a release')
    const { tables, sections } = result.summary
    return {
      rows: Object.fromEntries(tables.map(({ table, rows }) => [table, rows])),
      section: (title) =>
        sections.find((candidate) => candidate.title.startsWith(title))?.rows ?? [],
    }
  } finally {
    await rm(warehouse, { recursive: true, force: true })
  }
}

testWithData(
  '541,909 order lines of a real shop, churn above its baseline',
  'commerce/online_retail.parquet',
  async () => {
    const { rows, section } = await runConfig('online_retail')
    expect(rows).toMatchObject({
      touchpoints: 406_829,
      customers: 4_372,
      rejected_records: 135_080,
    })
    const auc = section('Churn').find(({ metric }) => metric === 'auc')!
    expect(Number(auc.model)).toBeGreaterThanOrEqual(0.72)
    expect(Number(auc.model)).toBeGreaterThan(Number(auc.recency_only))
  },
  timeoutMs,
)

testWithData(
  'a clickstream: 31,106 events, 600 customers, 3,605 sessions',
  'journeys/retentioneering_ecom/ecom.csv.gz',
  async () => {
    const { rows } = await runConfig('retentioneering_ecom')
    expect(rows).toMatchObject({ touchpoints: 31_106, customers: 600, sessions: 3_605 })
  },
  timeoutMs,
)

testWithData(
  'raw Snowplow events: 160 rows, 3 of them copies',
  'journeys/snowplow_web/source/snowplow_web_events.csv.gz',
  async () => {
    const [books] = (await runConfig('snowplow_web')).section('Raw objects')
    expect(books).toMatchObject({ rows_read: '160', kept: '157', duplicate: '3', rejected: '0' })
  },
  timeoutMs,
)
