import { stat } from 'node:fs/promises'
import path from 'node:path'
import parquet from 'parquetjs-lite'
import type { EmbeddedEngine, Row } from '../src/engines/engine.js'
import { type BenchmarkResult, count, megabytes, seconds } from './comparison.js'
import { withEngine } from './engine.js'
import { type Cost, measured } from './measure.js'

/** The ratio of the CPU that was measured when the writer was chosen is 1/40; half of that would be a loss. */
const mostOfPeer = 1 / 20
const rowGroupRows = 122_880

/** 24 columns like those of `touchpoints`, with as many distinct values and nulls as those have. */
const touchpointLike = (rows: number): string => `
select
  md5(cast(i as varchar)) as touchpoint_id,
  substr(md5(cast(i // 18 as varchar)), 1, 20) as customer_id,
  substr(md5(cast(i // 9 as varchar)), 1, 20) as device_key,
  'web' as stream,
  make_timestamp(1735689600000000 + i * 31000000) as occurred_at,
  make_timestamp(1735689600000000 + i * 31000000 + 1200000) as received_at,
  case i % 7 when 0 then 'shop' when 1 then 'email' else 'web' end as source,
  'message-' || md5(cast(i as varchar)) as source_event_id,
  case i % 5 when 0 then 'Organic Search' when 1 then 'Paid Search' when 2 then 'Email' else 'Direct' end as channel,
  case when i % 9 < 6 then 'page_view' else 'product_viewed' end as event_type,
  case when i % 9 < 6 then 'awareness' else 'consideration' end as stage,
  '/products/' || cast(i * 7919 % 400 as varchar) as page_path,
  substr(md5(cast(i // 6 as varchar)), 1, 20) as session_id,
  cast(i % 18 + 1 as integer) as step_no,
  case when i % 5 = 1 then 'google' end as utm_source,
  case when i % 5 = 1 then 'cpc' end as utm_medium,
  case when i % 5 = 1 then 'campaign ' || cast(i % 30 as varchar) end as utm_campaign,
  case when i % 3 = 0 then 'mobile' else 'desktop' end as device_type,
  case when i % 3 = 0 then 'Safari' else 'Chrome' end as browser,
  'GB' as country,
  case when i % 50 = 0 then 'order-' || cast(i as varchar) end as order_id,
  case when i % 50 = 0 then cast(i % 20000 as double) / 100 end as revenue,
  i % 500 = 0 as is_late,
  cast(i % 4000 as bigint) as skew_seconds
from range(${rows}) as numbers(i)`

/** The engine's Parquet writer against parquetjs-lite, on the same rows, both with Snappy and version 1 pages. */
export const benchParquetWriting = (rows: number): Promise<BenchmarkResult> =>
  withEngine(async (engine, folder) => {
    await engine.createTable('touchpoint_like', touchpointLike(rows))
    const ours = await writeOurs(engine, folder)
    const peer = await writePeers(engine, path.join(folder, 'peer.parquet'))
    const benchmark = `Parquet writing, ${count(rows)} rows of 24 columns`
    const costs: [string, number, number][] = [
      ['CPU', ours.cpuSeconds, peer.cpuSeconds],
      ['wall', ours.wallSeconds, peer.wallSeconds],
    ]
    return {
      comparisons: [
        ...costs.map(([kind, own, others]) => ({
          benchmark: `${benchmark}: ${kind}`,
          ours: seconds(own),
          peer: `parquetjs-lite ${seconds(others)}`,
          value: own / others,
          atMost: mostOfPeer,
        })),
        {
          benchmark: `${benchmark}: file size`,
          ours: megabytes(ours.bytes),
          peer: `parquetjs-lite ${megabytes(peer.bytes)}`,
          value: ours.bytes / peer.bytes,
          atMost: 1,
        },
      ],
      notes: [
        'parquetjs-lite is given rows that are in memory as objects; making them from a table is not counted.',
      ],
    }
  })

async function writeOurs(
  engine: EmbeddedEngine,
  folder: string,
): Promise<Cost & { bytes: number }> {
  let bytes = 0
  const cost = await measured(async () => {
    const file = path.join(folder, 'touchpoint_like.parquet')
    bytes = (await engine.writeParquet('select * from touchpoint_like', file)).bytes
  })
  return { ...cost, bytes }
}

async function writePeers(engine: EmbeddedEngine, file: string): Promise<Cost & { bytes: number }> {
  const columns = await engine.describe('select * from touchpoint_like')
  const schema = new parquet.ParquetSchema(
    Object.fromEntries(columns.map(({ name, type }) => [name, fieldOf(type)])),
  )
  const times = columns.filter(({ type }) => type === 'timestamp').map(({ name }) => name)
  const rows = (await engine.query('select * from touchpoint_like')).map((row) =>
    peerRow(row, times),
  )
  const cost = await measured(async () => {
    const writer = await parquet.ParquetWriter.openFile(schema, file, { useDataPageV2: false })
    writer.setRowGroupSize(rowGroupRows)
    for (const row of rows) await writer.appendRow(row)
    await writer.close()
  })
  return { ...cost, bytes: (await stat(file)).size }
}

const peerTypes = {
  string: 'UTF8',
  timestamp: 'TIMESTAMP_MICROS',
  int: 'INT32',
  bigint: 'INT64',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
} as const

function fieldOf(type: string) {
  const peerType = peerTypes[type as keyof typeof peerTypes]
  return { type: peerType, optional: true, compression: 'SNAPPY' } as const
}

/** A row as parquetjs-lite wants it: absent instead of null, times as microseconds, 64-bit numbers as numbers. */
function peerRow(row: Row, times: readonly string[]): Record<string, unknown> {
  const present = Object.entries(row).filter(([, value]) => value !== null)
  const result: Record<string, unknown> = Object.fromEntries(present)
  for (const name of times) result[name] = Date.parse(`${row[name]}Z`) * 1000
  result.skew_seconds = Number(row.skew_seconds)
  return result
}
