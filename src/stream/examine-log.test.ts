import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Config, readConfig } from '../config.js'
import { freePort } from '../testing/free-port.js'
import { examineLog } from './examine-log.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-log-'))
  await writeFile(path.join(folder, 'visits-0.ndjson'), '')
})
afterAll(() => rm(folder, { recursive: true }))

async function examined(topic: string, log: { folder?: string; brokers?: string }) {
  const { stream, kafka, ...config } = readConfig(undefined)
  const sources: Config['sources'] = { app: { preset: 'event_log', topic } }
  return examineLog({
    ...config,
    stream: { ...stream, log_folder: log.folder ?? '' },
    kafka: { ...kafka, brokers: log.brokers ?? '' },
    sources,
  })
}

test('a log that has the topics passes', async () => {
  expect(await examined('visits', { folder })).toMatchObject([{ check: 'topics visits', ok: true }])
})

test('topics, folders and brokers that are not there are found out', async () => {
  const brokers = `127.0.0.1:${await freePort()}`
  const absent = path.join(folder, 'absent')
  const details = [
    ...(await examined('orders', { folder })),
    ...(await examined('visits', { folder: absent })),
    ...(await examined('visits', { brokers })),
  ]
  expect(details.map(({ ok, detail }) => [ok, detail])).toEqual([
    [false, `${folder}: expected a topic orders, found no such topic`],
    [false, expect.stringContaining(`a folder that exists, found ${absent}`)],
    [false, expect.stringContaining(`${brokers}: expected a Kafka broker that answers`)],
  ])
}, 20_000)

test('it is said when there is no log to probe', async () => {
  expect(await examined('visits', {})).toMatchObject([
    { ok: true, detail: expect.stringContaining('not probed') },
  ])
  expect(await examineLog(readConfig(undefined))).toEqual([])
})
