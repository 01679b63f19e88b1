import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { TableEngine } from '../../identity/in-tables/connect.js'
import { linkInTables } from '../../identity/in-tables/link-in-tables.js'
import { linkSets } from '../../identity/link.js'
import { usualSettings } from '../../testing/engine.js'
import { givenLinkInput, linkedRows, linkInputs, rowsOfLinked } from '../../testing/linking.js'
import type { SparkUnderTest } from '../../testing/spark-under-test.js'
import type { SparkSession } from './connect/session.js'
import { readIntegers, writeIntegers } from './integers.js'
import { prepareSession } from './prepare.js'
import { statementsOf } from './statements.js'
import { tablesOf } from './tables.js'

/** Linking in tables, on Spark. */
export function identitySuite(spark: () => SparkUnderTest): void {
  describe('identity on Spark', () => {
    test('customers, conflicts and agreed links are those that linking in this process finds', async () => {
      const folder = path.join(spark().server.folder, 'identity')
      await mkdir(folder)
      await spark().inSession(async (session) => {
        await prepareSession(session, usualSettings, { 'spark.sql.shuffle.partitions': '2' })
        const engine = tablesOn(session, folder)
        const [input] = fc.sample(linkInputs, { numRuns: 1, seed: 121 })
        await givenLinkInput(engine, input!)
        const { rowsInDoubt } = await linkInTables(engine, input!)
        expect(await linkedRows(engine)).toEqual(rowsOfLinked(linkSets(input!)))
        expect(rowsInDoubt).toBeGreaterThan(0)
      })
    })
  })
}

/** What the engine does of it, on a folder that driver and executors share. */
function tablesOn(session: SparkSession, folder: string): TableEngine {
  const statements = statementsOf(session, 'identity')
  const tables = tablesOf(statements, `file://${folder}/`)
  return {
    createTable: tables.create,
    createEmptyTable: tables.createEmpty,
    query: (sql) => statements.rows('query', sql),
    readIntegers: (select) => readIntegers(session, select),
    writeIntegers: (table, columns) => writeIntegers(tables, table, columns),
  }
}
