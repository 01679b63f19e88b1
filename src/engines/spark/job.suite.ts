import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parquetMetadata } from 'hyparquet'
import { columnsOf } from '../../contract.js'
import type { Release } from '../../publish/release.js'
import { runJob } from '../../run.js'
import { urlOf } from '../../storage/place.js'
import type { Storage } from '../../storage/storage.js'
import { type Begun, beginJob, begunOnce } from '../../testing/begun-job.js'
import { differingTables } from '../../testing/differing-tables.js'
import { contracts } from '../../testing/engine.js'
import { type JobOnBothEngines, jobOnBothEngines } from '../../testing/job-on-both-engines.js'
import { keysBelow } from '../../testing/kill-run.js'
import type { SparkUnderTest } from '../../testing/spark-under-test.js'
import { warehouseKeys } from '../../testing/warehouse-keys.js'
import { compileSuite, repeatStatements } from './compile.suite.js'
import { createEngine } from './engine.js'
import { examine } from './examine.js'
import { makeSecondRelease, type SecondRelease } from './second-release.suite.js'

const touchpoints = 3000
const minutes = 60_000

/** What the whole job leaves to the suites after it. */
export interface DoneJob {
  job: Begun<JobOnBothEngines>
  /** Begins with the end of this suite: the job's release must stand until then. */
  second: Begun<SecondRelease>
}

/** The whole job with `engine.kind: spark`, beside the same with the embedded engine. */
export function jobSuite(spark: () => SparkUnderTest): DoneJob {
  const begun = beginJob(async (folder) => {
    const made = await jobOnBothEngines(spark(), folder, touchpoints)
    repeated.ahead()
    return made
  })
  const repeated = begunOnce(async () => repeatStatements(spark(), await begun.result()))
  const second = begunOnce(async () => makeSecondRelease(spark(), await begun.result()))

  describe('the whole job on Spark', () => {
    let job: JobOnBothEngines
    beforeAll(async () => {
      job = await begun.result()
    }, 60 * minutes)
    afterAll(async () => {
      await repeated.end()
      second.ahead()
    }, 60 * minutes)

    test('every table has the rows that the embedded engine makes', async () => {
      const { engine, stored } = job
      expect(await differingTables(job)).toEqual({})
      const [made] = await engine.query(
        `select count(*) as rows_made from read_parquet('${stored.get('touchpoints')}')`,
      )
      expect(Number(made?.rows_made)).toBeGreaterThan(touchpoints * 0.9)
    })

    test('the same tables are published, under the same content hashes where no text of a double is in them', () => {
      const hashesOf = ({ tables }: Release) =>
        Object.entries(tables)
          .filter(([table]) =>
            columnsOf(contracts.get(table)!).every(({ type }) => type !== 'double'),
          )
          .map(([table, { content_hash }]) => `${table} ${content_hash}`)
      const { embedded, spark } = job.releases
      expect(Object.keys(spark.tables)).toEqual(Object.keys(embedded.tables))
      expect(hashesOf(spark)).toEqual(hashesOf(embedded))
      expect(hashesOf(spark).length).toBeGreaterThan(10)
    })

    test('files have the columns and types that the embedded engine writes', async () => {
      const { releases, warehouses } = job
      for (const table of Object.keys(releases.embedded.tables)) {
        const expected = await typesOf(warehouses.embedded, releases.embedded, table)
        expect({ table, types: await typesOf(warehouses.spark, releases.spark, table) }).toEqual({
          table,
          types: expected,
        })
      }
    })

    test('the warehouse has the layout that every release has, and nothing of the way', async () => {
      const { releases, warehouses } = job
      expect(await keysBelow(warehouses.spark, '')).toEqual(warehouseKeys([releases.spark]))
    })

    test('tables of the last release are read where they lie', async () => {
      const { releases, warehouses, sparkConfig: config } = job
      const { files, rows } = releases.spark.tables.identity_sets!
      const run = { id: 'another', config, warehouse: warehouses.spark }
      const engine = await createEngine({ workFolder: begun.folder(), run })
      try {
        const urls = files.map(({ key }) => urlOf(warehouses.spark.url, key))
        await engine.readParquet('previous_identity_sets', urls)
        const [found] = await engine.query(
          'select count(*) as row_count from previous_identity_sets',
        )
        expect(Number(found?.row_count)).toBe(rows)
      } finally {
        await engine.close()
      }
    })

    test('doctor tries the cluster, and says what is wrong', async () => {
      const { sparkConfig: config } = job
      const passed = (await examine(config)).map(({ check, ok }) => `${check} ${ok}`)
      expect(passed).toEqual(
        ['connect', 'version', 'write and read back', 'read raw zone'].map(
          (name) => `${name} true`,
        ),
      )
      process.env.SPARK_CONNECT_AUTHENTICATE_TOKEN = 'another'
      const [refused] = await examine(config)
      expect(refused).toMatchObject({ check: 'connect', ok: false })
      expect(refused?.detail).not.toContain('another')
      Object.assign(process.env, spark().environment)
    })

    compileSuite(() => job, repeated.result)

    test('a second run finds nothing new', async () => {
      const again = await runJob({ config: job.sparkConfig, version: 'test' })
      expect(again).toMatchObject({ status: 'nothing_new', release: job.releases.spark })
    })
  })
  return { job: begun, second }
}

/** Name, type and meaning of each column of a table's first file, by a reader that shares no code with either writer. */
async function typesOf(warehouse: Storage, release: Release, table: string): Promise<string[]> {
  const bytes = await buffer(await warehouse.read(release.tables[table]!.files[0]!.key))
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  return parquetMetadata(file as ArrayBuffer)
    .schema.slice(1)
    .map(({ name, type, converted_type: converted = '', logical_type: logical, scale = '' }) => {
      const meaning = logical?.type ?? converted
      return `${name} ${type} ${alike[meaning] ?? meaning} ${scale}`
    })
}

/** What writers say in different words, or say only where it goes without saying. */
const alike: Readonly<Record<string, string>> = {
  STRING: 'UTF8',
  TIMESTAMP_MICROS: 'TIMESTAMP',
  INT_32: '',
  INT_64: '',
}
