import { expect, test } from '@jest/globals'
import { readConfig } from '../../config.js'
import { startConnectServer } from '../../testing/connect/connect-server.js'
import { examine } from './examine.js'
import { openSession } from './open-session.js'

async function onServer<T>(
  version: string,
  work: (config: ReturnType<typeof readConfig>) => Promise<T>,
): Promise<T> {
  const server = await startConnectServer({ version })
  try {
    const { engine, ...config } = readConfig(undefined)
    const spark = { ...engine.spark, url: `sc://${server.address}` }
    return await work({ ...config, engine: { ...engine, kind: 'spark', spark } })
  } finally {
    server.close()
  }
}

test.each(['3.5.6', '4.0.1'])('no run begins on Spark %s, and doctor says why', async (version) => {
  await onServer(version, async (config) => {
    const refused = { code: 'source', at: 'engine.spark.url', found: version }
    await expect(openSession({ config })).rejects.toMatchObject(refused)
    expect(await examine(config)).toMatchObject([{ ok: false, remedy: 'Use a newer server.' }])
  })
})

test.each(['4.1.0', '4.10.2', '5.0.0'])('a session opens on Spark %s', async (version) => {
  await onServer(version, async (config) => {
    const session = await openSession({ config })
    expect(await session.version()).toBe(version)
    await session.close()
  })
})
