import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { Config } from './config.js'
import { columnsOf } from './contract.js'
import type { Column } from './engines/engine.js'
import type { Release } from './publish/release.js'
import { type RunResult, runJob } from './run.js'
import { writeSample } from './sample/write.js'
import { openStorage } from './storage/storage.js'
import { contracts, withEngine } from './testing/engine.js'
import { localConfig } from './testing/local-config.js'

let folder = ''
/** The run of the sample that others are compared with. */
let usual: RunResult

/** Times as epoch micros: the two readers show them in ways of their own. */
const shownAsText = ({ name, type }: Column): string =>
  type === 'timestamp'
    ? `epoch_micros(${name}) as ${name}`
    : type === 'date'
      ? `epoch_micros(cast(${name} as timestamp)) as ${name}`
      : name

const textOf = (row: object): string =>
  Object.entries(row)
    .map(([name, value]) => `${name}=${cellText(value)}`)
    .join('|')

function cellText(value: unknown): string {
  if (value instanceof Date) return String(Number((value.getTime() * 1000).toPrecision(13)))
  const text = String(value)
  return /^-?[0-9.]+(e[-+]?[0-9]+)?$/i.test(text)
    ? String(Number(Number(text).toPrecision(13)))
    : text
}

const configOf = (raw: string, warehouse: string, engine: Partial<Config['engine']>): Config => {
  const config = localConfig(folder)
  const storage = {
    ...config.storage,
    raw: path.join(folder, raw),
    warehouse: path.join(folder, warehouse),
  }
  return { ...config, engine: { ...config.engine, ...engine }, storage }
}

const run = (
  raw: string,
  warehouse: string,
  engine: Partial<Config['engine']> = {},
): Promise<RunResult> => runJob({ config: configOf(raw, warehouse, engine), version: 'test' })

const hashes = (
  { release }: { release: Release },
  except: readonly string[] = [],
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(release.tables)
      .filter(([table]) => !except.includes(table))
      .map(([table, { content_hash }]) => [table, content_hash]),
  )

/** The same rows in another order within each object; CSV keeps its header first. */
async function writeShuffled(from: string, to: string): Promise<void> {
  for (const name of await readdir(from, { recursive: true })) {
    const body = await readFile(path.join(from, name)).catch(() => undefined)
    if (body === undefined) continue
    const zipped = name.endsWith('.gz')
    const lines = (zipped ? gunzipSync(body) : body).toString().split('\n').filter(Boolean)
    const head = name.endsWith('.csv') ? lines.splice(0, 1) : []
    const text = `${[...head, ...lines.reverse()].join('\n')}\n`
    await mkdir(path.dirname(path.join(to, name)), { recursive: true })
    await writeFile(path.join(to, name), lines.length === 0 ? body : zipped ? gzipSync(text) : text)
  }
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-run-'))
  await writeSample(openStorage(path.join(folder, 'sample')), {
    touchpoints: 6000,
    folderMarkers: false,
  })
  await writeShuffled(path.join(folder, 'sample/raw'), path.join(folder, 'shuffled'))
  usual = await run('sample/raw', 'usual')
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test('equal input gives equal tables with one thread and with two, and then nothing new', async () => {
  const one = await run('sample/raw', 'one', { threads: 1 })
  expect(hashes(usual)).toEqual(hashes(one))
  expect((await run('sample/raw', 'usual', { threads: 1 })).status).toBe('nothing_new')
})

test('customers in many slices give the same rows, in the same order, as all of them at once', async () => {
  const sliced = await run('sample/raw', 'sliced', { slice_records: 700 })
  expect(hashes(sliced)).toEqual(hashes(usual))
  const fileOf = (warehouse: string, table: string) =>
    path.join(folder, warehouse, 'latest', table, 'part-0000.parquet')
  const published = [...contracts.values()].filter((contract) => contract.published)
  await withEngine({}, async (engine) => {
    for (const { table } of published.filter(({ slicedByCustomer }) => slicedByCustomer)) {
      const [files] = await engine.query(
        `select count(*) as moved from read_parquet('${fileOf('sliced', table)}', file_row_number = true) s
        anti join read_parquet('${fileOf('usual', table)}', file_row_number = true) w on s = w`,
      )
      expect({ table, ...files }).toEqual({ table, moved: '0' })
    }
  })
})

test('another reader finds in every table what the engine finds', async () => {
  const warehouse = path.join(folder, 'usual')
  const tables = await readdir(path.join(warehouse, 'latest'), { withFileTypes: true })
  await withEngine({}, async (engine) => {
    for (const { name } of tables.filter((entry) => entry.isDirectory())) {
      const file = path.join(warehouse, 'latest', name, 'part-0000.parquet')
      await engine.readParquet('read_back', [file])
      const columns = columnsOf(contracts.get(name)!).map((column) => shownAsText(column))
      const expected = await engine.query(`select ${columns.join(', ')} from read_back`)
      const found = await parquetReadObjects({ file: await asyncBufferFromFile(file), compressors })
      expect({ name, rows: found.map(textOf) }).toEqual({ name, rows: expected.map(textOf) })
    }
  })
})

test('rows in another order give the same tables; only their places differ', async () => {
  const places = ['objects', 'rejected_records']
  const shuffled = await run('shuffled', 'shuffled-warehouse')
  expect(hashes(shuffled, places)).toEqual(hashes(usual, places))
})

test('of two runs at once one wins and the other is told of the lock', async () => {
  const results = await Promise.allSettled([
    run('sample/raw', 'contested'),
    run('sample/raw', 'contested'),
  ])
  const lost = results.filter((result) => result.status === 'rejected')
  expect(lost).toHaveLength(1)
  expect(lost[0]?.reason).toMatchObject({ exitCode: 4 })
})

test('a config without objects fails with the place and the remedy', async () => {
  await mkdir(path.join(folder, 'nothing'))
  await expect(run('nothing', 'unused')).rejects.toMatchObject({ code: 'source', exitCode: 5 })
})
