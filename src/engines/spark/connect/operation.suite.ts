import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { openCuttingProxy } from '../../../testing/connect/cutting-proxy.js'
import type { SparkUnderTest } from '../../../testing/spark-under-test.js'
import { operationIdOf } from './operation-id.js'
import { openSparkSession, type SparkSession } from './session.js'

const endless =
  'select count(*) from range(0, 1000000000000, 1, 1000) where sha2(cast(id as string), 256) < "0"'

/** What becomes of operations and sessions, on a server that we did not write. */
export function operationSuite(spark: () => SparkUnderTest): void {
  const written = (name: string): string => path.join(spark().server.folder, name)

  describe('operations on Spark', () => {
    test('a write that is sent again with its id is not done again', async () => {
      await spark().inSession(async (session) => {
        const sql = `insert overwrite directory '${written('once')}' using parquet select id from range(10)`
        const operationId = operationIdOf('run', 'once')
        await session.execute(sql, { operationId })
        const files = readdirSync(written('once'))
        await expect(session.execute(sql, { operationId })).rejects.toMatchObject({
          code: 'conflict',
          found: expect.stringContaining('already done'),
        })
        expect(readdirSync(written('once'))).toEqual(files)
        await session.execute(sql, { operationId: operationIdOf('next run', 'once') })
        expect(readdirSync(written('once'))).not.toEqual(files)
      })
    })

    test('a write whose connection is cut goes on and is done once', async () => {
      const folder = written('cut')
      await overCuts(spark(), [400], async (session, cuts) => {
        await session.execute(
          `insert overwrite directory '${folder}' using parquet
          select sha2(cast(id as string), 256) as x from range(3000000)`,
          { operationId: operationIdOf('run', 'cut') },
        )
        expect(cuts()).toBe(1)
        const count = `select count(*) as n from parquet.\`${folder}\``
        expect(await session.rows(count)).toEqual([{ n: '3000000' }])
      })
    })

    test('a result comes whole over connections that are cut within a message', async () => {
      await overCuts(spark(), [300_000, 500_000, 700_000], async (session, cuts) => {
        const ids: bigint[] = []
        for await (const table of session.query('select id from range(500000)'))
          ids.push(...(table.getChildAt(0)!.toArray() as BigInt64Array))
        expect(cuts()).toBe(3)
        expect(ids).toHaveLength(500_000)
        expect(ids.every((id, index) => id === BigInt(index))).toBe(true)
      })
    })

    test('an aborted statement stops at the server', async () => {
      await spark().inSession(async (session) => {
        const controller = new AbortController()
        const running = session.rows(endless, {
          signal: controller.signal,
          onProgress: ({ runningTasks }) => runningTasks > 0 && controller.abort('enough'),
        })
        await expect(running).rejects.toBe('enough')
        expect(await session.interrupt()).toEqual([])
      })
    })

    test('an interrupted statement says that somebody interrupted it', async () => {
      await spark().inSession(async (session) => {
        const operationId = operationIdOf('run', 'endless')
        let interrupted: Promise<string[]> | undefined
        const running = session.rows(endless, {
          operationId,
          onProgress({ runningTasks }) {
            if (runningTasks > 0) interrupted ??= session.interrupt(operationId)
          },
        })
        await expect(running).rejects.toMatchObject({
          code: 'conflict',
          found: expect.stringContaining('interrupted'),
        })
        expect(await interrupted).toEqual([operationId])
      })
    })

    test('a closed session is gone for good', async () => {
      const { connectionString } = spark().server
      const sessionId = operationIdOf('run', 'session')
      const session = await openSparkSession(`${connectionString};session_id=${sessionId}`)
      await session.close()
      await expect(
        openSparkSession(`${connectionString};session_id=${sessionId}`),
      ).rejects.toMatchObject({ code: 'source', retryable: true })
    })

    test('a server that was restarted is noticed, and takes new sessions', async () => {
      const session = await openSparkSession(spark().server.connectionString)
      await session.execute('create temporary view kept as select 1 as x')
      await spark().server.kill()
      await spark().server.start()
      await expect(session.rows('select x from kept')).rejects.toMatchObject({
        code: 'source',
        retryable: true,
        remedy: expect.stringContaining('temporary views'),
      })
      await session.close()
      await spark().inSession(async (other) => {
        expect(await other.rows('select 1 as x')).toEqual([{ x: 1 }])
      })
    })
  })
}

/** Does the work in a session whose first connections are cut after so many bytes of the server’s. */
async function overCuts(
  { server }: SparkUnderTest,
  cutAfter: readonly number[],
  work: (session: SparkSession, cuts: () => number) => Promise<void>,
): Promise<void> {
  const [, address = '', parameters = ''] =
    /^sc:\/\/([^/]+)(.*)$/.exec(server.connectionString) ?? []
  const proxy = await openCuttingProxy(address)
  proxy.cutAfter.push(...cutAfter)
  try {
    const session = await openSparkSession(`sc://${proxy.address}${parameters}`)
    await work(session, proxy.cuts).finally(() => session.close())
  } finally {
    proxy.close()
  }
}
