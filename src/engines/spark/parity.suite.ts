import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type Contract, columnsOf } from '../../contract.js'
import { type Producer, producersInOrder } from '../../producers.js'
import { contracts } from '../../testing/engine.js'
import { withKeptSample } from '../../testing/kept-sample.js'
import type { SparkUnderTest } from '../../testing/spark-under-test.js'
import type { Engine } from '../engine.js'
import type { SparkSession } from './connect/session.js'
import { prepareSession } from './prepare.js'

const touchpoints = 3000
const minutes = 60_000

/** What the models make of sample exports on either engine, row by row. */
export function paritySuite(spark: () => SparkUnderTest): void {
  describe('the sample on Spark', () => {
    test(
      'every model makes the rows that the embedded engine makes',
      () =>
        withKeptSample(touchpoints, ({ engine, settings }) =>
          spark().inSession(async (session) => {
            const folder = path.join(spark().server.folder, 'parity')
            await mkdir(folder)
            const producers = await producersInOrder()
            await prepareSession(session, settings, { 'spark.sql.shuffle.partitions': '2' })
            await handOver(engine, session, producers, folder)
            const differing: Record<string, number> = {}
            for (const producer of producers) {
              if ('run' in producer) continue
              await make(session, producer, folder)
              const rows = await differences(engine, contracts.get(producer.table)!, folder)
              if (rows > 0) differing[producer.table] = rows
            }
            expect(differing).toEqual({})
            const [made] = await engine.query('select count(*) as rows_made from spark_touchpoints')
            expect(Number(made?.rows_made)).toBeGreaterThan(touchpoints * 0.9)
          }),
        ),
      10 * minutes,
    )
  })
}

/** Tables that no model makes are given: what was collected, registries, what kernels make. */
async function handOver(
  engine: Engine,
  session: SparkSession,
  producers: readonly Producer[],
  folder: string,
): Promise<void> {
  const modelled = new Set(
    producers.flatMap((producer) => ('run' in producer ? [] : [producer.table])),
  )
  const read = new Set(producers.flatMap(({ reads }) => reads))
  for (const table of [...read].filter((name) => !modelled.has(name))) {
    const file = path.join(folder, `${table}.parquet`)
    await engine.writeParquet(`select * from ${table}`, file)
    await view(session, table, file)
  }
}

async function make(
  session: SparkSession,
  { table, select }: Extract<Producer, { select: string }>,
  folder: string,
): Promise<void> {
  const target = madeFolder(folder, table)
  await session.execute(`insert overwrite directory 'file://${target}' using parquet ${select}`, {
    name: table,
  })
  await view(session, table, target)
}

const madeFolder = (folder: string, table: string): string => path.join(folder, 'made', table)

const view = (session: SparkSession, table: string, place: string) =>
  session.execute(
    `create or replace temporary view ${table} as select * from parquet.\`file://${place}\``,
  )

/** How many rows of a table one engine alone has made so; doubles may differ by 1e-9 of themselves. */
async function differences(engine: Engine, contract: Contract, folder: string): Promise<number> {
  const { table, key, columns } = contract
  await engine.execute(
    `create or replace table spark_${table} as select ${columns
      .map(({ name, physicalType }) => `cast(${name} as ${physicalType}) as ${name}`)
      .join(', ')} from read_parquet('${madeFolder(folder, table)}/*.parquet')`,
  )
  const keys = (key.length > 0 ? key : columnsOf(contract).map(({ name }) => name))
    .map((name) => `d.${name} is not distinct from s.${name}`)
    .join(' and ')
  const isSame = columnsOf(contract)
    .map(({ name, type }) => sameValue(name, type))
    .join(' and ')
  const [found] = await engine.query(
    `select count(*) as differing from (select *, true as is_there from ${table}) d
      full join (select *, true as is_there from spark_${table}) s on ${keys}
      where d.is_there is null or s.is_there is null or not (${isSame})`,
  )
  return Number(found?.differing)
}

const sameValue = (name: string, type: string): string =>
  type === 'double'
    ? `(d.${name} is not distinct from s.${name} or coalesce(abs(d.${name} - s.${name}) <= 1e-9 * greatest(abs(d.${name}), abs(s.${name})), false))`
    : `d.${name} is not distinct from s.${name}`
