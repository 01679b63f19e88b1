import { expect, test } from '@jest/globals'
import { checkConfig } from '../../check-config.js'
import { type Config, readConfig } from '../../config.js'
import { streamJob } from '../../stream/stream.js'

const source = { preset: 'event_log', prefix: 'shop/' }

const configOf = (
  spark: Partial<Config['engine']['spark']>,
  sources: Config['sources'] = { shop: source },
): Config => {
  const { engine, ...config } = readConfig(undefined)
  const kind = { kind: 'spark', spark: { ...engine.spark, ...spark } }
  return { ...config, engine: { ...engine, ...kind }, sources }
}

test('a server to connect to is enough', async () => {
  await expect(checkConfig(configOf({ url: 'sc://spark.example/;use_ssl=true' }))).resolves.toBe(
    undefined,
  )
})

test.each([
  ['', 'nothing'],
  ['http://spark.example', 'another form'],
  ['sc://spark.example/;token=secret', 'one'],
])('%j is no server that a config may name', async (url, found) => {
  const refused = { code: 'config', exitCode: 2, at: 'engine.spark.url', found }
  await expect(checkConfig(configOf({ url }))).rejects.toMatchObject(refused)
})

test('a place that clusters cannot list is refused', async () => {
  const config = configOf({ url: 'sc://h' })
  const storage = { ...config.storage, raw: 's3://lake/10:00/raw', warehouse: 's3://lake/tables' }
  const refused = { code: 'config', at: 'storage.raw', found: storage.raw }
  await expect(checkConfig({ ...config, storage })).rejects.toMatchObject(refused)
})

test('what of a token the error says is that there is one', async () => {
  const error = await checkConfig(configOf({ url: 'sc://h/;token=secret' })).catch(String)
  expect(error).toContain('SPARK_CONNECT_AUTHENTICATE_TOKEN')
  expect(error).not.toContain('secret')
})

test('no stream begins on an engine that keeps no tables', async () => {
  const config = configOf({ url: 'sc://spark.example/' })
  const { signal } = new AbortController()
  const refused = { code: 'config', at: 'engine.kind', found: 'spark' }
  await expect(streamJob({ config, version: 'test', signal })).rejects.toMatchObject(refused)
})
