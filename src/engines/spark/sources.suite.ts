import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Collected } from '../../testing/collect-files.js'
import { usualSettings } from '../../testing/engine.js'
import { collectCaseOnSpark } from '../../testing/records-on-spark.js'
import { collectCases, linesOf, sourceCases } from '../../testing/source-cases.js'
import type { SparkUnderTest } from '../../testing/spark-under-test.js'
import { openSparkSession, type SparkSession } from './connect/session.js'
import { prepareSession } from './prepare.js'
import { collectDialect } from './vocabulary.js'

/** A case a source file, as planning these wide SELECTs takes seconds; all of them with THROUGHLINE_CASES=all. */
const isTaken = (index: number): boolean =>
  process.env.THROUGHLINE_CASES === 'all' ||
  sourceCases.findIndex(({ preset }) => preset === sourceCases[index]!.preset) === index

/** Cases of every source file, on Spark: what the case expects, and in every column what the embedded engine makes. */
export function sourceSuite(spark: () => SparkUnderTest): void {
  describe('source files on Spark', () => {
    let session: SparkSession
    let embedded: Collected[]
    beforeAll(async () => {
      embedded = await collectedByTheEmbeddedEngine()
      session = await openSparkSession(spark().server.connectionString)
      await prepareSession(session, usualSettings, {
        ...collectDialect,
        'spark.sql.shuffle.partitions': '1',
      })
    })
    afterAll(() => session?.close())

    for (const [index, sourceCase] of sourceCases.entries()) {
      if (!isTaken(index)) continue
      test(`${sourceCase.preset}: ${sourceCase.name}`, async () => {
        const { records, reasons, duplicates } = await collectCaseOnSpark(
          session,
          sourceCase,
          index,
        )
        const columns = Object.keys(sourceCase.expect[0] ?? {})
        expect(linesOf(records, columns)).toEqual(linesOf(sourceCase.expect, columns))
        expect(reasons).toEqual(sourceCase.rejected ?? {})
        expect(duplicates).toBe(sourceCase.duplicates ?? 0)
        const all = Object.keys(records[0] ?? {}).filter((name) => name !== 'object_id')
        expect(linesOf(records, all)).toEqual(linesOf(embedded[index]!.records, all))
      })
    }
  })
}

async function collectedByTheEmbeddedEngine(): Promise<Collected[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'throughline-cases-'))
  try {
    return await collectCases(sourceCases, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
