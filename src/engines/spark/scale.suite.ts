import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { columnsOf } from '../../contract.js'
import { inLineageOrder, modelStages, readModels, releaseStages } from '../../models.js'
import { loadRegistries } from '../../registries.js'
import { contracts, usualSettings, withEngine } from '../../testing/engine.js'
import { gatheredIn } from '../../testing/gathered-rows.js'
import { madeOfSkewed, skewedTables } from '../../testing/skewed-tables.js'
import { readEventLog } from '../../testing/spark-event-log.js'
import type { SparkUnderTest } from '../../testing/spark-under-test.js'
import { tableDifferences } from '../../testing/table-differences.js'
import { manyTasks, stageShares, unevenOf } from '../../testing/uneven-stages.js'
import { viewsOn } from '../../testing/views-on-spark.js'
import { openSparkSession, type SparkSession } from './connect/session.js'
import { prepareSession } from './prepare.js'
import { statementsOf } from './statements.js'
import { tablesOf } from './tables.js'

/** What one task puts into order, for it is few whatever the data. */
const few: Readonly<Record<string, string>> = {
  'customer_retirements by bucket': 'buckets of ids, 256',
  'identifier_rules by priority, id_type': 'types of identifiers',
  'identifier_sets by bucket': 'buckets of ids, 256',
  'identifiers by type_key, low': 'ranges of values, 33 a type at most',
  'identity_quality by priority, id_type': 'types of identifiers',
  'path_units by node': 'nodes of paths',
  'set_traits by initial': 'initials',
  'set_traits by trait, bucket': 'three letters',
}

const minutes = 60_000

const models = await readModels(undefined, [...modelStages, ...releaseStages])

/** No task of a cluster is left with what grows with the data. */
export function scaleSuite(spark: () => SparkUnderTest): void {
  describe('work on Spark is spread over tasks', () => {
    let folder: string
    let session: SparkSession
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'throughline-scale-'))
      session = await openSparkSession(spark().server.connectionString)
      await prepareSession(session, usualSettings, manyTasks)
    })
    afterAll(async () => {
      await session?.close()
      await rm(folder, { recursive: true, force: true })
    })

    test(
      'tables made of very uneven ones are those of the embedded engine, in several files, and no task has most of the rows',
      async () => {
        const run = 'skew'
        const made = tablesOf(statementsOf(session, run), `file://${folder}/_work/${run}/`)
        await loadRegistries(viewsOn(session), contracts)
        await makeSkewed((table, select) => made.create(table, select))
        await withEngine({}, async (engine) => {
          await makeSkewed((table, select) => engine.createTable(table, select))
          expect(await differing(engine, `${folder}/_work/${run}`)).toEqual([])
        })
        const stored = path.join(folder, '_work', run, 'path_steps')
        const written = await readdir(stored)
        expect(written).toHaveLength(1)
        const files = await readdir(path.join(stored, written[0]!))
        expect(files.filter((name) => name.endsWith('.parquet')).length).toBeGreaterThan(1)
        const statements = await readEventLog(spark().eventFolder)
        const shares = stageShares(statements.filter((statement) => statement.run === run))
        expect(shares.length).toBeGreaterThan(10)
        expect(unevenOf(shares)).toEqual([])
      },
      20 * minutes,
    )

    test('no model brings its rows together in one task, but for few', async () => {
      await showTables(session, folder)
      const alone: string[] = []
      for (const { table, select } of models) {
        const [plan] = await session.rows(`explain ${select}`, { name: table })
        alone.push(...gatheredIn(String(plan?.plan)).map((what) => `${table} ${what}`))
      }
      expect([...new Set(alone)].sort()).toEqual(Object.keys(few).sort())
    })
  })
}

async function makeSkewed(create: (table: string, select: string) => Promise<void>): Promise<void> {
  const { profiles, ...inputs } = skewedTables
  for (const [table, select] of Object.entries(inputs)) await create(table, select)
  const given = { table: 'profiles', select: profiles!, reads: ['identifier_sets'] }
  const asked = models.filter(({ table }) => madeOfSkewed.includes(table))
  for (const { table, select } of inLineageOrder([...asked, given])) await create(table, select)
}

/** Tables that the embedded engine has made otherwise than the files below a folder say. */
async function differing(
  engine: Parameters<typeof tableDifferences>[0],
  folder: string,
): Promise<string[]> {
  const found: string[] = []
  for (const table of madeOfSkewed) {
    const files = `read_parquet('${folder}/${table}/*/*.parquet')`
    if ((await tableDifferences(engine, contracts.get(table)!, [table, files])) > 0)
      found.push(table)
  }
  return found
}

/** Every table that a model reads, empty, and none taken for small. */
async function showTables(session: SparkSession, folder: string): Promise<void> {
  await session.configure({ 'spark.sql.autoBroadcastJoinThreshold': '-1' })
  for (const table of new Set(models.flatMap(({ reads }) => reads))) {
    const columns = columnsOf(contracts.get(table)!).map(
      ({ name, type }) => `\`${name}\` ${type === 'timestamp' ? 'timestamp_ntz' : type}`,
    )
    await session.execute(
      `create or replace temporary view ${table} (${columns.join(', ')})
      using parquet options (path 'file://${folder}')`,
    )
  }
}
