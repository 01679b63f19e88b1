import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { collectFiles } from '../testing/collect-files.js'

interface Writer {
  appendRow(row: object): Promise<void>
  close(): Promise<void>
}
interface ParquetJs {
  ParquetSchema: new (fields: object) => object
  ParquetWriter: { openFile(schema: object, file: string): Promise<Writer> }
}

const { ParquetSchema, ParquetWriter } = createRequire(import.meta.url)(
  'parquetjs-lite',
) as ParquetJs

test('files that older parquetjs pipelines left in a raw zone load, every row', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-parquetjs-'))
  try {
    await mkdir(path.join(folder, 'till'))
    const schema = new ParquetSchema({
      customer: { type: 'UTF8' },
      event: { type: 'UTF8' },
      time: { type: 'TIMESTAMP_MILLIS' },
      revenue: { type: 'DOUBLE', optional: true },
    })
    const writer = await ParquetWriter.openFile(schema, path.join(folder, 'till', 'a.parquet'))
    const names = ['a', '😀', '～']
    for (let row = 0; row < 600; row++) {
      await writer.appendRow({
        customer: names[row % 3],
        event: `event_${row}`,
        time: new Date(Date.UTC(2024, 2, 1) + row * 1000),
        ...(row % 2 === 0 ? { revenue: row / 4 } : {}),
      })
    }
    await writer.close()
    const collected = await collectFiles(folder, { till: { preset: 'event_log', prefix: 'till/' } })
    const { rows, kept, records } = collected.get('till')!
    expect({ rows, kept }).toEqual({ rows: 600, kept: 600 })
    const last = records.find((record) => record.event_type === 'event_598')
    expect([last?.identifiers, last?.occurred_at, Number(last?.revenue)]).toEqual([
      'customer_id=😀',
      '2024-03-01 00:09:58',
      149.5,
    ])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
