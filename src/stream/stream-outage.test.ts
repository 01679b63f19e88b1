import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { ThroughlineError } from '../errors.js'
import { readRelease } from '../publish/release.js'
import { startDevS3 } from '../storage/dev-s3/server.js'
import { openStorages } from '../storages.js'
import { archivedLines } from '../testing/stream-project.js'
import { takeStreamSample } from '../testing/take-stream-sample.js'

const streams = takeStreamSample()
beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = 'test'
  process.env.AWS_SECRET_ACCESS_KEY = 'test-secret'
})
afterAll(async () => {
  delete process.env.AWS_ACCESS_KEY_ID
  delete process.env.AWS_SECRET_ACCESS_KEY
})

/** Archives the second batch of clicks in vain, as often as one write is tried; other records of it are archived. */
const failingWrite = {
  operation: 'PutObject',
  key: `_log/clicks/0/${'60'.padStart(20, '0')}.ndjson`,
  times: 5,
  effect: { kind: 'error', status: 503, code: 'SlowDown' },
} as const

test('a store that fails for a while stops the stream from nothing but going on', async () => {
  const project = await streams.create('project')
  for (const bucket of ['raw', 'warehouse'])
    await mkdir(path.join(streams.folder, 's3', bucket), { recursive: true })
  const server = await startDevS3({
    folder: path.join(streams.folder, 's3'),
    accessKeyId: 'test',
    secretAccessKey: 'test-secret',
    faults: [failingWrite],
  })
  const { config } = project
  config.storage = {
    ...config.storage,
    raw: 's3://raw',
    warehouse: 's3://warehouse',
    endpoint: server.endpoint,
    region: 'eu-central-1',
    path_style: true,
  }
  const stop = new AbortController()
  const outages: ThroughlineError[] = []
  let rest: Promise<void> | undefined
  try {
    await project.feed(0, 0.5)
    const result = await project.stream({
      untilCaughtUp: false,
      signal: stop.signal,
      onOutage: (error) => outages.push(error),
      onBatch: ({ lag }) => {
        if (outages.length > 0 && lag === 0) stop.abort()
        rest ??= project.feed(0.5, 1)
      },
    })
    await rest
    expect(outages).toMatchObject([{ code: 'source', retryable: true }])
    expect(result).toMatchObject({
      status: 'stopped',
      releases: [expect.any(String), expect.any(String)],
    })
    const { warehouse, zones } = openStorages(config)
    for (const [name, records] of streams.sample.logs)
      expect(await archivedLines(zones.archive, name.replace('-', '/'))).toEqual(
        records.map(String),
      )
    const { release } = (await readRelease(warehouse))!
    expect(release.tables.touchpoints!.rows).toBeGreaterThan(500)
    expect(result.rows).toBe([...streams.sample.logs.values()].flat().length)
  } finally {
    await server.close()
  }
}, 600_000)
