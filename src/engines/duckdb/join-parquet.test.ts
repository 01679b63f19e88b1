import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { withEngine } from '../../testing/engine.js'
import type { EmbeddedEngine, Row } from '../engine.js'

const rowsOfAGroup = 122_880
const columns = `n, case when n % 7 <> 0 then 'text ' || n end as text, n % 5 as few, cast(n * 1.5 as decimal(18,4)) as amount,
  timestamp '2026-01-01 00:00:00.000001' + interval (n) second as at, n % 2 = 0 as is_even, cast(n / 3 as double) as third`
const numbers = (from: number, to: number): string =>
  `select ${columns} from range(${from}, ${to}) as r(n) order by n`

describe('joining Parquet files', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-join-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** Joins files of these SELECTs, and leaves the rows of the joined file as the table `joined`. */
  async function joined(engine: EmbeddedEngine, selects: readonly string[]): Promise<string> {
    const parts: string[] = []
    for (const [index, select] of selects.entries())
      parts.push((await engine.writeParquet(select, path.join(folder, `${index}.parquet`))).path)
    const target = path.join(folder, 'joined.parquet')
    const { rows, bytes } = await engine.joinParquet(parts, target)
    await engine.createParquetTable('joined', [target])
    expect(await engine.query('select count(*) as row_count from joined')).toEqual([
      { row_count: String(rows) },
    ])
    expect((await readFile(target)).length).toBe(bytes)
    return target
  }

  test('holds the rows of all, in their order, and the statistics that they had', () =>
    withEngine({}, async (engine) => {
      const ends = [0, 2 * rowsOfAGroup + 10, 2 * rowsOfAGroup + 11, 3 * rowsOfAGroup]
      const selects = ends.slice(1).map((end, index) => numbers(ends[index]!, end))
      const target = await joined(engine, selects)
      const all = `(${numbers(0, ends.at(-1)!)})`
      expect(await count(engine, `select * from joined except all select * from ${all}`)).toBe(0)
      expect(await count(engine, `select * from ${all} except all select * from joined`)).toBe(0)
      expect(await unordered(engine, target)).toBe(0)
      expect(await statistics(engine, [target])).toEqual(
        await statistics(
          engine,
          [0, 1, 2].map((part) => path.join(folder, `${part}.parquet`)),
        ),
      )
    }))

  test('is read by a reader of others', () =>
    withEngine({}, async (engine) => {
      const target = await joined(engine, [numbers(0, 3), numbers(3, 5000)])
      const file = (await readFile(target)).buffer as ArrayBuffer
      const rows = await parquetReadObjects({ file, compressors })
      expect(rows).toHaveLength(5000)
      expect(rows.map(({ n }) => Number(n))).toEqual([...rows.keys()])
      expect(rows[4999]).toMatchObject({
        text: 'text 4999',
        at: new Date(Date.UTC(2026, 0, 1, 1, 23, 19)),
        is_even: false,
      })
    }))

  test('takes files without rows, at the beginning and alone', () =>
    withEngine({}, async (engine) => {
      await joined(engine, [numbers(0, 0), numbers(0, 10), numbers(0, 0), numbers(10, 20)])
      expect(await count(engine, 'select distinct n from joined')).toBe(20)
      await joined(engine, [numbers(0, 0)])
      expect(await count(engine, 'select * from joined')).toBe(0)
    }))

  test('takes more row groups than a short list holds', () =>
    withEngine({}, async (engine) => {
      const selects = Array.from({ length: 40 }, (_, part) => numbers(part * 3, part * 3 + 3))
      const target = await joined(engine, selects)
      expect(await unordered(engine, target)).toBe(0)
      expect(await count(engine, 'select * from joined where n >= 117')).toBe(3)
    }))

  test('refuses files of different columns', () =>
    withEngine({}, async (engine) => {
      await expect(joined(engine, ['select 1 as a', "select 'x' as a"])).rejects.toThrow(
        'expected Parquet files of one schema',
      )
    }))
})

const count = async (engine: EmbeddedEngine, select: string): Promise<number> =>
  Number(
    (await engine.query(`select count(*) as row_count from (${select}) as rows`))[0]?.row_count,
  )

/** Rows that do not lie where their number says. */
const unordered = (engine: EmbeddedEngine, file: string): Promise<number> =>
  count(
    engine,
    `select 1 from read_parquet('${file}', file_row_number = true) where n <> file_row_number`,
  )

const statistics = (engine: EmbeddedEngine, files: readonly string[]): Promise<Row[]> =>
  engine.query(
    `select path_in_schema, row_group_num_rows, stats_min_value, stats_max_value, stats_null_count, total_compressed_size
    from parquet_metadata([${files.map((file) => `'${file}'`).join(', ')}]) order by all`,
  )
