import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { exitCodeOf, reportError } from './commands/report.js'
import { resultText, streamReports } from './commands/stream.js'
import { readConfig } from './config.js'
import { builtInFolder } from './project.js'
import { type SampleMonth, sampleMonths } from './sample/months.js'
import { withDevS3 } from './storage/dev-s3/with-dev-s3.js'
import { openStorage, type Storage } from './storage/storage.js'
import { appendToFileLog } from './stream/append-to-file-log.js'
import { createMetrics } from './stream/metrics.js'
import { streamJob } from './stream/stream.js'
import { version } from './version.js'

const folder = path.join('demo', 'stream')
const partition = { topic: 'web', partition: 0 }
/** So long after a month has come the stream has seen all of it. */
const settledMilliseconds = 2_500
/** Months that are there when the stream begins; the others come one after another. */
const monthsBefore = 6

/** A stream beside which half a year of exports and web events land, through a local S3 and a log in files. */
async function demo(): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(path.join(folder, 'log'), { recursive: true })
  await withDevS3(folder, ['raw', 'warehouse'], async (endpoint) => {
    const config = readConfig(path.join(builtInFolder, 'config', 'stream-demo.yaml'), process.env)
    config.storage.endpoint = endpoint
    const raw = openStorage(config.storage.raw, { endpoint, forcePathStyle: true })
    const months = sampleMonths({ touchpoints: 12_000 })
    const world = createWorld(raw)
    for (const month of months.slice(0, monthsBefore)) await world.bring(month)
    await follow(config, world, months.slice(monthsBefore))
  })
}

/** Streams until the last month is in the tables; each month comes when the one before is. */
async function follow(
  config: ReturnType<typeof readConfig>,
  world: World,
  months: SampleMonth[],
): Promise<void> {
  const stop = new AbortController()
  const reports = streamReports({}, createMetrics())
  let landing: Promise<void> | undefined
  let landedAt = Date.now()
  const bringNext = async (): Promise<void> => {
    const month = months.shift()
    if (month === undefined) return stop.abort()
    say(`${month.month}: ${month.events.length} web events and ${month.exports.length} exports`)
    await world.bring(month)
    landedAt = Date.now()
  }
  const result = await streamJob({
    config,
    version,
    signal: stop.signal,
    ...reports,
    onTurn(lag) {
      reports.onTurn?.(lag)
      if (lag === 0 && Date.now() - landedAt > settledMilliseconds)
        landing ??= bringNext().finally(() => (landing = undefined))
    },
  })
  await landing
  process.stdout.write(`\n${resultText(result, `${folder}/warehouse`)}\n`)
}

interface World {
  bring(month: SampleMonth): Promise<void>
}

function createWorld(raw: Storage): World {
  let end = 0
  return {
    async bring({ events, exports }) {
      for (const { key, body } of exports) await raw.write(key, body)
      const records = events.map((event) => ({
        key: null,
        value: Buffer.from(event),
        timestamp: Date.now(),
      }))
      await appendToFileLog(path.join(folder, 'log'), partition, end, records)
      end += records.length
    },
  }
}

const say = (text: string) => process.stderr.write(`${new Date().toISOString()} landing ${text}\n`)

try {
  await demo()
} catch (error) {
  reportError(error)
  process.exitCode = exitCodeOf(error)
}
