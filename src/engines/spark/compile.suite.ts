import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { contracts } from '../../testing/engine.js'
import type { JobOnBothEngines } from '../../testing/job-on-both-engines.js'
import type { SparkUnderTest } from '../../testing/spark-under-test.js'
import { tableDifferences } from '../../testing/table-differences.js'

const minutes = 60_000

/** The statements of a job, run again by the command line that Spark has for SQL; all of them would take as long as the job. */
export function compileSuite(spark: () => SparkUnderTest, job: () => JobOnBothEngines): void {
  describe('the recorded statements of the job', () => {
    test(
      'are SQL that makes the same tables without this program',
      async () => {
        const { recordedIn, engine } = job()
        const names = readdirSync(recordedIn).sort()
        const last = names.findIndex((name) => name.endsWith('_identity_components.sql'))
        const texts = names.slice(0, last + 1).map((name) => text(recordedIn, name))
        const [, place = ''] = /'(s3a:[^']*_work\/[^/]*\/)/.exec(texts.join('')) ?? []
        const again = path.join(spark().server.folder, 'again/')
        const file = path.join(recordedIn, 'run.sql')
        writeFileSync(file, texts.join('').replaceAll(place, `file://${again}`))
        await spark().server.runSql(file)
        for (const table of ['records', 'identifier_sets', 'identity_components']) {
          const files = `read_parquet('${again}${table}/*/*.parquet')`
          const pair = [table, files] as const
          expect(await tableDifferences(engine, contracts.get(table)!, pair)).toBe(0)
        }
      },
      60 * minutes,
    )
  })
}

const text = (folder: string, name: string): string => readFileSync(path.join(folder, name), 'utf8')
