import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Table } from 'apache-arrow'
import fc from 'fast-check'
import type { TableEngine } from '../../identity/in-tables/connect.js'
import { linkInTables } from '../../identity/in-tables/link-in-tables.js'
import { linkSets } from '../../identity/link.js'
import { usualSettings } from '../../testing/engine.js'
import { givenLinkInput, linkedRows, linkInputs, rowsOfLinked } from '../../testing/linking.js'
import type { SparkUnderTest } from '../../testing/spark-under-test.js'
import type { SparkSession } from './connect/session.js'
import { prepareSession } from './prepare.js'
import { rowsSelect } from './rows-select.js'

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

/** Tables as files in a folder that driver and executors share. */
function tablesOn(session: SparkSession, folder: string): TableEngine {
  const createTable = async (table: string, select: string) => {
    const target = path.join(folder, table)
    await session.execute(`insert overwrite directory 'file://${target}' using parquet ${select}`)
    await session.execute(
      `create or replace temporary view ${table} as select * from parquet.\`file://${target}\``,
    )
  }
  return {
    createTable,
    query: (sql) => session.rows(sql),
    createEmptyTable: (table, columns) => createTable(table, rowsSelect(columns, [])),
    async writeIntegers(table, columns) {
      const names = Object.keys(columns)
      const rows = Array.from(Object.values(columns)[0]!, (_, row) =>
        Object.fromEntries(names.map((name) => [name, columns[name]![row]!])),
      )
      await createTable(
        table,
        rowsSelect(
          names.map((name) => ({ name, type: 'int' })),
          rows,
        ),
      )
    },
    async readIntegers(select) {
      const batches: Table[] = []
      for await (const batch of session.query(select)) batches.push(batch)
      return batches[0]!.schema.fields.map(({ name }) =>
        Int32Array.from(batches.flatMap((batch) => [...batch.getChild(name)!])),
      )
    },
  }
}
