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
import { joinedStatements, rawStatements, type SparkObject } from './raw-select.js'
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

const csv = (name: string) =>
  `Id,The Name\n${`1,${name}\n2,\n3\n4,too,many\n5,"a ""quote"""\n\n6,last\n`.repeat(40)}`
const text = {
  keys: snakeCaseKeys(['Id', 'The Name']),
  delimiter: ',',
  maxRecordBytes: 1000,
  quoted: true,
  hasHeader: true,
}

/** `raw` that Spark makes of objects, and that the embedded engine makes of the same ones. */
export function rawSuite(spark: () => SparkUnderTest): void {
  describe('raw records on Spark', () => {
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'throughline-raw-'))
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    const compared = async (objects: Record<string, Buffer>, statementsOf: StatementsOf) => {
      for (const [key, body] of Object.entries(objects))
        await spark().objects.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }))
      const expected = await rawOfTheEmbeddedEngine(objects, folder)
      expect(await rawOnSpark(spark(), Object.keys(objects), statementsOf)).toEqual(expected)
      return expected
    }

    test('NDJSON that is cut into blocks, and gzipped, is numbered by object', async () => {
      const objects = {
        'lines/a ä,{1}+%.ndjson': Buffer.from(`${lines}\n\n`),
        'lines/b.ndjson.gz': gzipSync(`{"id":1}\r\n\n${lines}`),
      }
      const rows = await compared(objects, (files) => rawStatements({ format: 'ndjson' }, files))
      expect(rows.filter(({ reason }) => reason === 'malformed_json')).toHaveLength(2)
      expect(rows).toHaveLength(401)
    })

    test('lines of a CSV are records, wherever it is cut', async () => {
      const objects = { 'csv/lines.csv': Buffer.from(csv('one line')) }
      const rows = await compared(objects, (files) =>
        rawStatements({ format: 'delimited', ...text }, files),
      )
      expect(rows.filter(({ reason }) => reason === 'too_many_columns')).toHaveLength(40)
      expect(rows).toHaveLength(240)
    })

    test('records of a CSV go over lines, wherever it is cut', async () => {
      const objects = { 'csv/records.csv': Buffer.from(csv('"two\n\nlines,"')) }
      const rows = await compared(objects, (files) => joinedStatements(text, files))
      expect(rows).toHaveLength(240)
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
type StatementsOf = (
  files: readonly SparkObject[],
  describing: Describe,
) => readonly string[] | Promise<readonly string[]>

const ofParquet: StatementsOf = async (files, describing) => {
  const columns = await describing(`select * from parquet.\`${files[0]!.url}\``)
  const keys = snakeCaseKeys(columns.map(({ name }) => name))
  const keyed = columns.map((column, index) => ({ ...column, key: keys[index]! }))
  return rawStatements({ format: 'parquet', columns: keyed }, files)
}

const rawOnSpark = (
  spark: SparkUnderTest,
  objects: readonly string[],
  statementsOf: StatementsOf,
) =>
  spark.inSession(async (session) => {
    await session.configure({ ...dialect, ...collectDialect, ...smallBlocks })
    const files = objects.map((key) => ({ url: `${root}/${key}`, objectId: key, loadedAt }))
    const statements = await statementsOf(files, (select) => describeSelect(session, select))
    for (const statement of statements) await session.execute(statement)
    return comparableRaw(await session.rows('select * from raw_rows'))
  })
