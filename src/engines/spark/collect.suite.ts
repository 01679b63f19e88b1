import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Intake } from '../../collect/source-file.js'
import { columnsOf } from '../../contract.js'
import { withCollectedSample } from '../../testing/collected-sample.js'
import { contracts, usualSettings } from '../../testing/engine.js'
import { collectSourceOnSpark } from '../../testing/source-on-spark.js'
import type { SparkUnderTest } from '../../testing/spark-under-test.js'
import type { Engine, Row } from '../engine.js'
import { prepareSession } from './prepare.js'
import { collectDialect } from './vocabulary.js'

const touchpoints = 1000
const minutes = 60_000

/** What collecting the objects of a sample makes on either engine: every record, the refused ones included. */
export function collectSuite(spark: () => SparkUnderTest): void {
  describe('the exports of the sample on Spark', () => {
    test(
      'every record is the one that the embedded engine makes',
      () =>
        withCollectedSample(touchpoints, ({ engine, objects, config, storage }) =>
          spark().inSession(async (session) => {
            const folder = path.join(spark().server.folder, 'collect')
            const settings = { 'spark.sql.shuffle.partitions': '2' }
            await prepareSession(session, usualSettings, { ...collectDialect, ...settings })
            for (const [name, source] of Object.entries(config.sources)) {
              const ofSource = objects.filter((object) => object.source === name)
              const context = { spark: spark(), session, storage, folder }
              await collectSourceOnSpark(context, name, source, ofSource)
            }
            expect(await differing(engine, 'records', folder)).toEqual([])
            expect(await differing(engine, 'ad_spend_records', folder)).toEqual([])
            expect(await countOfSpark(engine, folder)).toBeGreaterThan(touchpoints)
          }),
        ),
      10 * minutes,
    )
  })
}

/** Rows that one engine alone has made, a few of them. */
async function differing(engine: Engine, table: Intake['records'], folder: string): Promise<Row[]> {
  const columns = columnsOf(contracts.get(table)!)
  const list = columns.map(({ name, type }) => `cast(${name} as ${type}) as ${name}`).join(', ')
  const own = `select ${list} from ${table}`
  const sparks = `select ${list} from read_parquet('${folder}/${table}/*/*.parquet')`
  return engine.query(
    `select 'embedded' as engine, * from (${own} except all ${sparks}) as a
      union all select 'spark' as engine, * from (${sparks} except all ${own}) as b
      order by object_id, row_number, engine limit 6`,
  )
}

async function countOfSpark(engine: Engine, folder: string): Promise<number> {
  const [made] = await engine.query(
    `select count(*) as row_count from read_parquet('${folder}/records/*/*.parquet')`,
  )
  return Number(made?.row_count)
}
