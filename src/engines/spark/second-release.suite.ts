import { cp } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { checkTables } from '../../checks.js'
import type { Config } from '../../config.js'
import type { Contract } from '../../contract.js'
import { inClearedWork } from '../../engine-module.js'
import { publishedFiles } from '../../previous-tables.js'
import type { Release } from '../../publish/release.js'
import { isStored } from '../../publish/upload.js'
import { type RunOptions, runJob } from '../../run.js'
import { stateFolderOf } from '../../state/state-folder.js'
import { openStorages } from '../../storages.js'
import { contracts } from '../../testing/engine.js'
import type { JobOnBothEngines } from '../../testing/job-on-both-engines.js'
import { keysBelow, killRunAt } from '../../testing/kill-run.js'
import { landBatch } from '../../testing/land-batch.js'
import { restatedOnSpark } from '../../testing/restated-on-spark.js'
import { bucket, type SparkUnderTest } from '../../testing/spark-under-test.js'
import { tableDifferences } from '../../testing/table-differences.js'
import { secondExports } from '../../testing/two-releases.js'
import { warehouseKeys } from '../../testing/warehouse-keys.js'
import { wholeRelease } from '../../testing/whole-release.js'
import { createEngine } from './engine.js'
import type { DoneJob } from './job.suite.js'

const minutes = 60_000

/** What came of a run that was killed, and of the one after it, beside a full run of the embedded engine. */
export interface SecondRelease {
  killed: { left: string[]; release: string | undefined }
  releases: JobOnBothEngines['releases']
  restated: { embedded: number; spark: number }
}

/** Lands more exports, kills a run on them, and publishes them by both engines. */
export async function makeSecondRelease(
  { server }: SparkUnderTest,
  job: JobOnBothEngines,
): Promise<SecondRelease> {
  const { embeddedConfig, sparkConfig: config, warehouses } = job
  await landBatch(openStorages(config).zones.raw, secondExports)
  const folder = path.join(server.folder, 'killed')
  const left = await killRunAt('records', { config, warehouse: warehouses.spark, folder })
  const killed = { left, release: await wholeRelease(warehouses.spark) }
  // What the embedded engine has kept of its first release, for when it takes over.
  await cp(stateFolderOf(embeddedConfig)!, stateFolderOf(takingOver(job))!, { recursive: true })
  const embedded = await publish(embeddedConfig, { full: true })
  const made = await publish(config)
  return {
    killed,
    releases: { embedded: embedded.release, spark: made.release },
    restated: { embedded: embedded.restated, spark: made.restated },
  }
}

/** What a run on Spark does with the release before it, beside a full run of the embedded engine after the same one. */
export function secondReleaseSuite(spark: () => SparkUnderTest, done: DoneJob): void {
  describe('a second release on Spark', () => {
    let made: JobOnBothEngines
    let killed: SecondRelease['killed']
    let second: SecondRelease['releases']
    let restated: SecondRelease['restated']
    const job = () => made
    beforeAll(async () => {
      made = await done.job.result()
      const { releases, ...told } = await done.second.result()
      second = releases
      killed = told.killed
      restated = told.restated
    }, 60 * minutes)

    /** A table of a second release, but for the names of releases in it, which runs draw. */
    const rowsOf = (engine: keyof JobOnBothEngines['releases'], table: string): string => {
      const kind = engine === 'spark' ? 'spark' : 'duckdb'
      const files = second[engine].tables[table]!.files.map(({ key }) =>
        path.join(spark().objectFolder, bucket, kind, key),
      )
      const read = `read_parquet(['${files.join(`', '`)}'])`
      if (table !== 'restatements') return read
      return `(select * replace ('second' as run, 'first' as previous_run) from ${read})`
    }

    test('a run that is killed leaves the first release whole, and the next one clears what it left', async () => {
      const { releases, warehouses } = job()
      expect(killed.release).toBe(releases.spark.release)
      expect(killed.left.length).toBeGreaterThan(0)
      expect(await keysBelow(warehouses.spark, '_work/')).toEqual([])
    })

    test('every table has the rows of the embedded engine’s second release, ids and restatements among them', async () => {
      expect(Object.keys(second.spark.tables)).toEqual(Object.keys(second.embedded.tables))
      const differing: Record<string, number> = {}
      for (const table of Object.keys(second.spark.tables)) {
        const pair = [rowsOf('embedded', table), rowsOf('spark', table)] as const
        const rows = await tableDifferences(job().engine, contracts.get(table)!, pair)
        if (rows > 0) differing[table] = rows
      }
      expect(differing).toEqual({})
      expect(restated.spark).toBe(restated.embedded)
    })

    test('customers were merged, split and created in it, and rows restated for that', async () => {
      const found = async (select: string) =>
        (await job().engine.query(`${select} order by 1`)).map((row) => Object.values(row)[0])
      const history = rowsOf('spark', 'customer_history')
      const last = `(select max(revision) from ${history})`
      expect(
        await found(`select distinct change from ${history} where revision = ${last}`),
      ).toEqual(['created', 'joined', 'merged', 'split'])
      expect(await found(`select revision from ${rowsOf('spark', 'customer_aliases')}`)).toEqual([
        '2',
      ])
      const reasons = await found(`select distinct reason from ${rowsOf('spark', 'restatements')}`)
      for (const reason of ['merged', 'split', 'withdrawn_record', 'late_record'])
        expect(reasons).toContain(reason)
    })

    test('it is published over the first, which can still be read', async () => {
      const { releases, warehouses } = job()
      expect(second.spark.previous).toBe(releases.spark.release)
      expect(await wholeRelease(warehouses.spark)).toBe(second.spark.release)
      for (const table of Object.values(releases.spark.tables))
        expect(await isStored(warehouses.spark, table)).toBe(true)
      expect(await keysBelow(warehouses.spark, '')).toEqual(
        warehouseKeys([releases.spark, second.spark]),
      )
    })

    test('tables that break a contract are refused, and nothing of them is left', async () => {
      const { sparkConfig: config, warehouses } = job()
      const before = await keysBelow(warehouses.spark, '')
      const run = { run: 'refused', warehouse: warehouses.spark }
      const refused = inClearedWork(config, run, () =>
        checkDoubled(config, contracts.get('customers')!, second.spark),
      )
      await expect(refused).rejects.toMatchObject({ code: 'contract' })
      expect(await keysBelow(warehouses.spark, '')).toEqual(before)
    })

    test(
      'an engine that takes over from the other has nothing to do, and restates nothing if it is told to do it',
      async () => {
        const { sparkConfig, warehouses } = job()
        const config = takingOver(job())
        expect(await runJob({ config, version: 'test' })).toMatchObject({ status: 'nothing_new' })
        const forced = await publish(config, { force: true })
        expect(forced).toMatchObject({ scope: { mode: 'incremental' }, restated: 0 })
        for (const table of ['customer_history', 'customer_aliases', 'restatements'])
          expect({ [table]: forced.release.tables[table] }).toEqual({
            [table]: second.spark.tables[table],
          })
        const previous = { release: second.embedded, warehouse: warehouses.embedded }
        expect(await restatedOnSpark(sparkConfig, previous, second.spark)).toBe(0)
      },
      60 * minutes,
    )
  })
}

/** The embedded engine in the warehouse of Spark. */
const takingOver = ({ embeddedConfig, sparkConfig }: JobOnBothEngines): Config => ({
  ...embeddedConfig,
  storage: sparkConfig.storage,
})

async function publish(config: Config, options: Pick<RunOptions, 'full' | 'force'> = {}) {
  const result = await runJob({ config, version: 'test', ...options })
  if (result.status !== 'published') throw new Error(`expected a release, found ${result.status}`)
  return result
}

/** Has Spark check a table in which each row of a release is twice. */
async function checkDoubled(config: Config, contract: Contract, release: Release): Promise<void> {
  const { table } = contract
  const from = { warehouse: openStorages(config).warehouse, workFolder: '' }
  const run = { id: 'refused', config, warehouse: from.warehouse }
  const engine = await createEngine({ workFolder: '', run })
  try {
    const files = await publishedFiles(engine, release.tables[table]!, table, from)
    await engine.readParquet('once', files)
    await engine.store(table, 'select * from once union all select * from once')
    await checkTables([engine], new Map([[table, { ...contract, quality: [] }]]))
  } finally {
    await engine.close()
  }
}
