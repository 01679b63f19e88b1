import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { differingTables } from '../../testing/differing-tables.js'
import { doneByBothEngines } from '../../testing/job-on-both-engines.js'
import { skewedSources, writeSkewedExports } from '../../testing/skewed-exports.js'
import { readEventLog, type SparkStatement } from '../../testing/spark-event-log.js'
import type { SparkUnderTest } from '../../testing/spark-under-test.js'
import { manyTasks, stageShares, unevenOf } from '../../testing/uneven-stages.js'

const minutes = 60_000

/** Only with THROUGHLINE_SKEW, which says how large: a whole job more is too much for each run of the tests. */
const whenAsked = process.env.THROUGHLINE_SKEW === undefined ? test.skip : test

/** The whole job where one customer has a twentieth of all events and half of the others share a mailbox. */
export function skewedJobSuite(spark: () => SparkUnderTest): void {
  whenAsked(
    'the whole job on very uneven exports leaves no task with most of the rows of a stage',
    async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'throughline-skewed-'))
      const before = await readEventLog(spark().eventFolder)
      const { engineSettings } = spark()
      const spread = { ...spark(), engineSettings: { ...engineSettings, settings: manyTasks } }
      const job = await doneByBothEngines(spread, folder, {
        place: 'skewed/',
        sources: skewedSources,
        write: writeSkewedExports,
      })
      try {
        expect(await differingTables(job)).toEqual({})
        const statements = (await readEventLog(spark().eventFolder)).slice(before.length)
        const shares = stageShares(statements)
        expect(shares.length).toBeGreaterThan(50)
        expect(unevenOf(shares)).toEqual([])
        // Counts and samples, but not the data.
        expect(bytes(statements, 'bytesReturned')).toBeLessThan(
          bytes(statements, 'bytesWritten') / 4,
        )
      } finally {
        await job.engine.close()
        await rm(folder, { recursive: true, force: true })
      }
    },
    60 * minutes,
  )
}

const bytes = (
  statements: readonly SparkStatement[],
  of: 'bytesReturned' | 'bytesWritten',
): number =>
  statements.flatMap(({ stages }) => stages.flat()).reduce((sum, task) => sum + task[of], 0)
