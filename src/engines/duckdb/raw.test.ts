import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { withEngine } from '../../testing/engine.js'
import type { LandedFile } from '../engine.js'

/** What the engine tells of a file: its counts, the rows that are records, and those that are none. */
const opened = (text: string, landed: Omit<LandedFile, 'path' | 'objectId' | 'loadedAt'>) =>
  withEngine({}, async (engine, folder) => {
    const file = { ...landed, path: path.join(folder, 'landed'), objectId: 'o' }
    await writeFile(file.path, text)
    const { objects, select } = await engine.openRaw(
      [{ ...file, loadedAt: '2024-03-01' }],
      'select row_number, payload from raw order by row_number',
    )
    const rows = (await engine.query(select)).map((row) => Number(row.row_number))
    const rejected = await engine.query('select * from raw_rejected order by row_number')
    await engine.closeRaw()
    return {
      counts: objects,
      rows,
      rejected: rejected.map((row) => `${row.row_number} ${row.reason}`),
    }
  })

test('what landing has found goes before what the engine finds, and a gap is no row', async () => {
  const found = await opened('{"a":1}\n-\nno JSON\n{}\n-\n', {
    format: 'ndjson',
    rowsBefore: 10,
    badRows: [{ rowNumber: 14, reason: 'nul_byte' }],
    gaps: [12, 15],
  })
  expect(found).toEqual({
    counts: [{ objectId: 'o', rows: 3, rejected: 2 }],
    rows: [11],
    rejected: ['13 malformed_json', '14 nul_byte'],
  })
})

test('a record that the CSV reader cannot make is counted, and rejected', async () => {
  const found = await opened('a,b\n1,2\n3,4,5\n6,7\n', { format: 'csv', keys: ['a', 'b'] })
  expect(found).toEqual({
    counts: [{ objectId: 'o', rows: 3, rejected: 1 }],
    rows: [1, 2],
    rejected: ['3 csv_too_many_columns'],
  })
})
