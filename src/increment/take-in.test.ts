import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { listRawObjects } from '../collect/raw-objects.js'
import { openStorages } from '../storages.js'
import { contracts, withEngine } from '../testing/engine.js'
import { localConfig } from '../testing/local-config.js'
import { readNewObjects } from './take-in.js'

const objects = {
  'log/a.ndjson': '{"customer":"c1","event":"visit","time":"2024-03-01"}\nno JSON\n',
  'log/b.json': '<!DOCTYPE html><html></html>',
}

test('problems of new rows and new objects lie beside those that are kept', async () => {
  await withEngine({}, async (engine, folder) => {
    const config = localConfig(folder, { log: { preset: 'event_log', prefix: 'log/' } })
    for (const [key, body] of Object.entries(objects)) {
      await mkdir(path.dirname(path.join(config.storage.raw, key)), { recursive: true })
      await writeFile(path.join(config.storage.raw, key), body)
    }
    const { zones } = openStorages(config)
    const toRead = await listRawObjects(zones, config.sources)
    const context = { engine, zones, config, contracts, workFolder: folder }
    const figures = await readNewObjects(context, {
      toRead,
      withdrawn: [],
      withdrawnBytes: 0,
      merges: [],
    })
    expect(figures).toEqual({ rowsRead: 3, rowsRejected: 2 })
    const problems = await engine.query(
      'select row_number, reason from new_row_problems order by 1',
    )
    expect(problems).toEqual([
      { row_number: '0', reason: 'html_page' },
      { row_number: '2', reason: 'malformed_json' },
    ])
    const tables = await engine.query(
      `select table_name from duckdb_tables() where table_name in ('row_problems', 'object_refusals')`,
    )
    expect(tables).toEqual([])
  })
})
