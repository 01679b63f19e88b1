import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { snakeCaseKeys } from '../../collect/landing/snake-case.js'
import { withEngine } from '../../testing/engine.js'
import { comparableRaw, loadedAt, rawOfTheEmbeddedEngine } from '../../testing/raw-rows.js'
import { bucket, type SparkUnderTest } from '../../testing/spark-under-test.js'
import { describeSelect } from './describe.js'
import { type RawShape, rawStatements } from './raw-select.js'
import { readsWhole } from './readable.js'
import { statementsOf } from './statements.js'
import { collectDialect, dialect } from './vocabulary.js'

const root = `s3a://${bucket}`

/** Blocks of a few lines, so that one file is read in many tasks. */
const smallBlocks = {
  'spark.sql.files.maxPartitionBytes': '500',
  'spark.sql.files.openCostInBytes': '0',
}

const lines = Array.from({ length: 200 }, (_, row) => {
  if (row === 70) return 'no JSON'
  if (row === 90) return '{"id":90,"id":91}'
  return JSON.stringify({ id: row, name: `ä ${row}`, list: [row, null] })
}).join('\n')

const csv = 'Id,The Name\n1,"two\nlines"\n2,\n3\n4,too,many\n5,"a ""quote"""\n\n6,last\n'

/** `raw` that Spark makes of objects, and that the embedded engine makes of the same ones. */
export function rawSuite(spark: () => SparkUnderTest): void {
  describe('raw records on Spark', () => {
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'throughline-raw-'))
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    const compared = async (objects: Record<string, Buffer>, shapeOf: ShapeOf) => {
      for (const [key, body] of Object.entries(objects))
        await spark().objects.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }))
      const expected = await rawOfTheEmbeddedEngine(objects, folder)
      expect(await rawOnSpark(spark(), Object.keys(objects), shapeOf)).toEqual(expected)
      return expected
    }

    test('NDJSON that is cut into blocks, and gzipped, is numbered by object', async () => {
      const objects = {
        'lines/a ä,{1}+%.ndjson': Buffer.from(`${lines}\n\n`),
        'lines/b.ndjson.gz': gzipSync(`{"id":1}\r\n\n${lines}`),
      }
      const rows = await compared(objects, () => ({ format: 'ndjson' }))
      expect(rows.filter(({ reason }) => reason === 'malformed_json')).toHaveLength(2)
      expect(rows).toHaveLength(401)
    })

    test('records of a CSV go over lines, and those of too many fields are told', async () => {
      const keys = snakeCaseKeys(['Id', 'The Name'])
      const rows = await compared({ 'csv/a.csv': Buffer.from(csv) }, () => ({
        format: 'csv',
        keys,
      }))
      expect(rows).toHaveLength(6)
    })

    test('Parquet of many types', async () => {
      const file = path.join(folder, 'made.parquet')
      await withEngine({}, (engine) =>
        engine.writeParquet(
          `select id as "Id", 'n' || id as "The Name", id / 4 as share, cast(id as decimal(9, 2)) as price,
            timestamp '2024-03-01 10:00:00.2' as seen_at, date '2024-03-01' as "on", null as nothing, id > 3 as late
          from range(3000) as t(id)`,
          file,
        ),
      )
      const rows = await compared({ 'parquet/a.parquet': await readFile(file) }, ofParquet)
      expect(rows).toHaveLength(3000)
    })

    test('of a Parquet or gzipped object it is told whether it can be read', async () => {
      const sound = path.join(folder, 'sound.parquet')
      await withEngine({}, (engine) => engine.writeParquet('select 7 as id', sound))
      const body = await readFile(sound)
      const broken = Buffer.concat([body.subarray(0, 4), Buffer.alloc(40), body.subarray(-60)])
      const packed = gzipSync(lines)
      const bodies = {
        'parquet/sound.parquet': body,
        'parquet/broken.parquet': broken,
        'lines/sound.ndjson.gz': packed,
        'lines/cut.ndjson.gz': packed.subarray(0, 200),
      }
      for (const [Key, Body] of Object.entries(bodies))
        await spark().objects.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))
      await spark().inSession(async (session) => {
        const statements = statementsOf(session, 'readable')
        const read = (key: string) =>
          readsWhole(statements, {
            path: `s3://${bucket}/${key}`,
            format: key.startsWith('parquet') ? 'parquet' : 'ndjson',
          })
        expect(await read('parquet/sound.parquet')).toBe(true)
        expect(await read('parquet/broken.parquet')).toBe(false)
        expect(await read('lines/sound.ndjson.gz')).toBe(true)
        expect(await read('lines/cut.ndjson.gz')).toBe(false)
        const absent = { path: 's3://no-such-bucket/x', format: 'parquet' as const }
        await expect(readsWhole(statements, absent)).rejects.toMatchObject({ code: 'source' })
      })
    })
  })
}

type Describe = (select: string) => ReturnType<typeof describeSelect>
type ShapeOf = (describing: Describe, path: string) => RawShape | Promise<RawShape>

const ofParquet: ShapeOf = async (describing, file) => {
  const columns = await describing(`select * from parquet.\`${file}\``)
  const keys = snakeCaseKeys(columns.map(({ name }) => name))
  return {
    format: 'parquet',
    columns: columns.map((column, index) => ({ ...column, key: keys[index]! })),
  }
}

const rawOnSpark = (spark: SparkUnderTest, objects: readonly string[], shapeOf: ShapeOf) =>
  spark.inSession(async (session) => {
    await session.configure({ ...dialect, ...collectDialect, ...smallBlocks })
    const files = objects.map((key) => ({ url: `${root}/${key}`, objectId: key, loadedAt }))
    const shape = await shapeOf(
      (select) => describeSelect(session, select),
      `${root}/${objects[0]}`,
    )
    for (const statement of rawStatements(shape, files)) await session.execute(statement)
    return comparableRaw(await session.rows('select * from raw_rows'))
  })
