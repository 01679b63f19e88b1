import type { BatchReport } from './stream.js'

/** What a stream has done so far, as Prometheus reads it, and whether it goes on doing it. */
export interface Metrics {
  noteBatch(report: BatchReport): void
  noteRelease(): void
  /** Notes that the stream has looked for input, and done what there was to do. */
  noteTurn(lag: number): void
  /** The text exposition format, version 0.0.4. */
  text(): string
  /** Seconds since the stream last came round; undefined before it has. */
  secondsSinceTurn(): number | undefined
}

interface Metric {
  name: string
  type: 'counter' | 'gauge'
  help: string
  value: () => number | undefined
}

/** `now` in milliseconds. */
export function createMetrics(now = (): number => performance.now()): Metrics {
  const counts = { batches: 0, rows: 0, rejected: 0, releases: 0 }
  const last: { batch?: BatchReport; lag?: number; turn?: number; release?: number } = {}
  const since = (time: number | undefined) =>
    time === undefined ? undefined : (now() - time) / 1000
  const metrics: Metric[] = [
    counter('batches_total', 'Batches taken in.', () => counts.batches),
    counter('rows_total', 'Rows read.', () => counts.rows),
    counter('rows_rejected_total', 'Rows rejected, wholly or in part.', () => counts.rejected),
    counter('releases_total', 'Releases published.', () => counts.releases),
    gauge('lag_records', 'Records of logs that are still to be read.', () => last.lag),
    gauge(
      'touched_customers',
      'Customers that the last batch has changed.',
      () => last.batch?.customersTouched,
    ),
    gauge('last_batch_seconds', 'How long the last batch took.', () => last.batch?.seconds),
    gauge('release_age_seconds', 'Time since the last release of this process.', () =>
      since(last.release),
    ),
  ]
  return {
    noteBatch(report) {
      counts.batches++
      counts.rows += report.rowsRead
      counts.rejected += report.rowsRejected
      last.batch = report
    },
    noteRelease() {
      counts.releases++
      last.release = now()
    },
    noteTurn(lag) {
      last.lag = lag
      last.turn = now()
    },
    text: () => metrics.map(textOf).join(''),
    secondsSinceTurn: () => since(last.turn),
  }
}

const counter = (name: string, help: string, value: Metric['value']): Metric => ({
  name: `throughline_${name}`,
  type: 'counter',
  help,
  value,
})

const gauge = (...[name, help, value]: Parameters<typeof counter>): Metric => ({
  ...counter(name, help, value),
  type: 'gauge',
})

/** A gauge that is not known yet is left out. */
function textOf({ name, type, help, value }: Metric): string {
  const known = value()
  return known === undefined
    ? ''
    : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${known}\n`
}
