import { expect, test } from '@jest/globals'
import { loadPreviousTables } from './previous-tables.js'
import { memoryStorage } from './publish/testing/memory-storage.js'
import { contracts, withEngine } from './testing/engine.js'

const folder = 'tables/customer_history/data/first/'
const files = ['part-0000', 'part-0001'].map((name) => ({
  key: `${folder}${name}.parquet`,
  rows: 1,
  bytes: 4,
}))
const history = {
  folder,
  files,
  rows: 2,
  bytes: 8,
  content_hash: '2:0',
  contract_version: '1.0.0',
}

test('a run does not go on from a part of the history, by which customers keep their ids', () =>
  withEngine({}, async (engine, workFolder) => {
    const warehouse = memoryStorage()
    await warehouse.write(files[0]!.key, 'left')
    const release = {
      format: 1 as const,
      release: 'first',
      published_at: '2025-01-01T00:00:00Z',
      previous: null,
      inputs_digest: '',
      tables: { customer_history: history },
    }
    const loading = loadPreviousTables(engine, contracts, { warehouse, release, workFolder })
    await expect(loading).rejects.toMatchObject({ code: 'source', at: folder })
  }))
