import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { statementFiles } from '../../compile.js'
import { differingTables } from '../../testing/differing-tables.js'
import type { JobOnBothEngines } from '../../testing/job-on-both-engines.js'
import type { SparkUnderTest } from '../../testing/spark-under-test.js'

const minutes = 60_000

/** All of the statements would take as long as the job: those of identity, and all with THROUGHLINE_CASES=all. */
const last = process.env.THROUGHLINE_CASES === 'all' ? '.sql' : '_identity_components.sql'

/** The statements of a job, and where they have been run again. */
export function compileSuite(job: () => JobOnBothEngines, repeated: () => Promise<string>): void {
  describe('the recorded statements of the job', () => {
    test(
      'are SQL that makes the same tables without this program',
      async () => {
        const { stored, engine } = job()
        const again = await repeated()
        const isMade = (table: string) => existsSync(path.join(again, table))
        for (const table of ['records', 'identifier_sets', 'identity_components'])
          expect(isMade(table)).toBe(true)
        // Below the place of a run all is named as it was below the other.
        const made = [...stored].map(([table, files]): [string, string] => [
          table,
          path.join(again, files.slice(files.lastIndexOf(`/${table}/`))),
        ])
        expect(await differingTables({ engine, stored: new Map(made) }, isMade)).toEqual({})
      },
      60 * minutes,
    )
  })
}

/** Runs the statements of a job again, by the command line that Spark has for SQL, for another place, which it returns. */
export async function repeatStatements(
  { server }: SparkUnderTest,
  { recordedIn }: JobOnBothEngines,
): Promise<string> {
  const names = statementFiles(recordedIn)
  const taken = names.slice(0, names.findLastIndex((name) => name.endsWith(last)) + 1)
  const texts = taken.map((name) => text(recordedIn, name))
  const [, place = ''] = /'(s3a:[^']*_work\/[^/]*\/)/.exec(texts.join('')) ?? []
  const again = path.join(server.folder, 'again/')
  const file = path.join(recordedIn, 'run.sql')
  writeFileSync(file, texts.join('').replaceAll(place, `file://${again}`))
  await server.runSql(file)
  return again
}

const text = (folder: string, name: string): string => readFileSync(path.join(folder, name), 'utf8')
