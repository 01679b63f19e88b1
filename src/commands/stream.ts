import type { Command } from 'commander'
import { readConfig } from '../config.js'
import { counted } from '../counted.js'
import { onFirstSignal } from '../signals.js'
import { createMetrics, type Metrics } from '../stream/metrics.js'
import { startMonitor } from '../stream/monitor.js'
import {
  type BatchReport,
  type ReleaseReport,
  type StreamOptions,
  type StreamResult,
  streamJob,
} from '../stream/stream.js'
import { version } from '../version.js'
import { jsonLog } from './json-log.js'
import { type CommonOptions, printResult, withCommonOptions } from './report.js'

interface StreamCommandOptions extends CommonOptions {
  untilCaughtUp?: boolean
  skipLost?: boolean
}

export function addStreamCommand(program: Command): void {
  withCommonOptions(program.command('stream'))
    .description(
      'Read topics and new objects as they come, bring every table up to date batch by batch, publish releases on a clock.',
    )
    .option('--until-caught-up', 'end once topics are read to their end and no object is new')
    .option('--skip-lost', 'pass over records that a topic deleted before they were read')
    .action(stream)
}

async function stream(options: StreamCommandOptions): Promise<void> {
  const config = readConfig(options.config, process.env)
  const metrics = createMetrics()
  const port = config.stream.metrics_port
  const close = port > 0 ? await startMonitor(port, metrics) : async () => undefined
  const stop = new AbortController()
  let cleanUp = async () => undefined as unknown
  const signalsOff = onFirstSignal(
    () => stop.abort(),
    async () => {
      await cleanUp()
    },
  )
  try {
    const result = await streamJob({
      config,
      version,
      projectFolder: options.project,
      untilCaughtUp: options.untilCaughtUp ?? false,
      skipLost: options.skipLost ?? false,
      signal: stop.signal,
      onStart: (held) => {
        cleanUp = held.cleanUp
      },
      ...streamReports(options, metrics),
    })
    printResult(options, result, () => resultText(result, config.storage.warehouse))
  } finally {
    signalsOff()
    await close()
  }
}

/** One line a batch and one a release on standard error, and the same in figures. */
export function streamReports(
  options: CommonOptions,
  metrics: Metrics,
): Pick<StreamOptions, 'onBatch' | 'onRelease' | 'onTurn' | 'onOutage' | 'onNotice'> {
  const log = options.json ? jsonLog() : undefined
  const say = (fields: object, message: string, text: string) => {
    if (log) log.info(fields, message)
    else process.stderr.write(`${new Date().toISOString()} ${text}\n`)
  }
  return {
    onBatch(report) {
      metrics.noteBatch(report)
      say(report, 'batch', batchText(report))
    },
    onRelease(report) {
      metrics.noteRelease()
      say(report, 'release', releaseText(report))
    },
    onTurn: metrics.noteTurn,
    onNotice: (message) => say({}, message, message),
    onOutage({ message, code }) {
      say({ code, error: message }, 'outage', `tried again after: ${message}`)
    },
  }
}

const batchText = (report: BatchReport): string =>
  [
    `batch: ${counted(report.rowsRead, 'row')} of ${counted(report.objects, 'object')}`,
    `${report.rowsRejected} rejected`,
    `${counted(report.customersTouched, 'customer')} touched`,
    `lag ${report.lag}`,
    `${report.seconds.toFixed(1)} s`,
  ].join(', ')

const releaseText = ({ release, tables, restated, seconds }: ReleaseReport): string =>
  `release ${release}: ${counted(tables, 'table')}, ${counted(restated, 'row')} restated, ${seconds.toFixed(1)} s`

/** What a stream has done, for people. */
export const resultText = (
  { status, batches, rows, releases }: StreamResult,
  warehouse: string,
): string => {
  const last = releases.at(-1)
  return [
    `${status === 'caught_up' ? 'Caught up' : 'Stopped'}: ${counted(rows, 'row')} in ${counted(batches, 'batch')}.`,
    last === undefined
      ? 'Nothing was new, so nothing was published.'
      : `${counted(releases.length, 'release')} published, the last ${last}, at ${warehouse}/latest/<table>/`,
  ].join('\n')
}
