import { beforeAll, describe, expect } from '@jest/globals'
import { columnsOf } from '../../contract.js'
import type { Release } from '../../publish/release.js'
import { beginJob } from '../../testing/begun-job.js'
import { differingTables } from '../../testing/differing-tables.js'
import { contracts } from '../../testing/engine.js'
import { doneByBothEngines, type JobOnBothEngines } from '../../testing/job-on-both-engines.js'
import { realSources, writeRealInput } from '../../testing/real-input.js'
import { sharedData, testWithData } from '../../testing/shared-data.js'
import type { SparkUnderTest } from '../../testing/spark-under-test.js'

const minutes = 60_000
const data = 'journeys'

/** The whole job with `engine.kind: spark` on data that we did not make, beside the same with the embedded engine. */
export function realInputSuite(spark: () => SparkUnderTest): void {
  if (sharedData(data) === undefined) {
    testWithData('real input on Spark', data, async () => undefined)
    return
  }
  const begun = beginJob((folder) =>
    doneByBothEngines(spark(), folder, {
      place: 'real/',
      sources: realSources,
      write: writeRealInput,
    }),
  )

  describe('real input on Spark', () => {
    let job: JobOnBothEngines
    beforeAll(async () => {
      job = await begun.result()
    }, 60 * minutes)

    testWithData(
      'every table has the rows that the embedded engine makes',
      data,
      async () => {
        expect(await differingTables(job)).toEqual({})
        const [found] = await job.engine.query(`select
          (select count(*) from touchpoints where source = 'clicks') as clicks,
          (select count(*) from objects where source = 'web' and rows_kept = 157) as web,
          (select count(distinct reason) from rejected_records where source = 'bad') as reasons`)
        expect(found).toMatchObject({ web: '1' })
        expect(Number(found?.clicks)).toBeGreaterThan(60_000)
        expect(Number(found?.reasons)).toBe(11)
      },
      10 * minutes,
    )

    testWithData(
      'content hashes differ where doubles are spelled otherwise, and nowhere else',
      data,
      async () => {
        const { embedded, spark } = job.releases
        const differing = Object.keys(embedded.tables).filter(
          (table) => hashOf(embedded, table) !== hashOf(spark, table),
        )
        expect(differing).not.toEqual([])
        expect(differing.filter((table) => !hasDoubles(table))).toEqual([])
      },
    )
  })
}

const hashOf = ({ tables }: Release, table: string): string | undefined =>
  tables[table]?.content_hash

const hasDoubles = (table: string): boolean =>
  columnsOf(contracts.get(table)!).some(({ type }) => type === 'double')
