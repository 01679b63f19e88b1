import type { Pace } from './batch-ends.js'
import { count, seconds } from './comparison.js'
import { type Machine, machineLines } from './results-page.js'
import type { Load } from './stream-loads.js'

export interface LoadOnBoth {
  load: Load
  ours: Pace
  spark: Pace
}

export interface SizeOnBoth {
  touchpoints: number
  /** Of the sample; batches are of some of them. */
  visitors: number
  sparkVersion: string
  /** That both have found. */
  sessions: number
  loads: readonly LoadOnBoth[]
}

/** `bench/STREAMING.md`: events a second of both, their ratio and CPU, and what each of them does for it. */
export const streamingPage = (
  sizes: readonly SizeOnBoth[],
  machine: Machine,
  batches: { uncounted: number; counted: number },
): string =>
  [
    '# Our stream beside Spark Structured Streaming',
    '',
    'Written by `node dist/bench/structured-streaming.js`; the same web events, in the same batches, one engine after the other on the same machine.',
    '',
    ...machineLines(machine).map((line) => `- ${line}`),
    `- Spark ${sizes[0]!.sparkVersion}: one process, \`local[2]\`, 4 GB, RocksDB with changelog checkpoints, two shuffle partitions, one file a batch`,
    '',
    '| on touchpoints | load | events a batch | ours | Spark | ours / Spark | ours: CPU | Spark: CPU |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...sizes.flatMap((size) => size.loads.map((load) => rowOf(size, load))),
    '',
    ...sizes.map(verdictOf),
    '',
    '- **Spark** makes sessions of devices and nothing else: no identity, channels, journeys or scores. It reads two fields of an event, writes a session once its watermark has closed it, an hour and a half of event time after its last event, never corrects one, and loses events that come later than the watermark.',
    '- **Ours** makes all tables of the batch: every record kept, duplicates told, customers resolved, sessions, touchpoints and journeys made again with their channels, and live scores put beside the release; each session is there at the end of its batch, and late events correct it.',
    `- Of each load ${batches.counted} batches count, after ${batches.uncounted} that do not, from the end of one to the end of the next: ours by its own clock, between releases, Spark's by its progress reports. CPU is that of the whole process in these batches; Spark's includes compiling its code.`,
    `- Spark began with the sample's web events of the last two days, ours with all of the sample. Its mode is \`append\`, for it refuses \`update\` for session windows.`,
    '- Sessions that began in the streamed time are compared: device, first and last time and number of events are the same in both. The second load comes 35 minutes after the first, so its visitors begin sessions anew. Those that began before it, in the sample, are not compared, nor are sessions of known bots, which ours leaves out.',
    '',
  ].join('\n')

const ratioOf = ({ ours, spark }: LoadOnBoth): number =>
  ours.eventsPerSecond / spark.eventsPerSecond

function rowOf({ touchpoints }: SizeOnBoth, both: LoadOnBoth): string {
  const { load, ours, spark } = both
  const cells = [
    count(touchpoints),
    load.name,
    count(load.batchRecords),
    paceShown(ours),
    paceShown(spark),
    ratioOf(both).toFixed(2),
    seconds(ours.cpuSeconds),
    seconds(spark.cpuSeconds),
  ]
  return `| ${cells.join(' | ')} |`
}

const paceShown = ({ eventsPerSecond, secondsEach }: Pace): string =>
  `${count(Math.round(eventsPerSecond))} events/s (${seconds(secondsEach)} a batch)`

function verdictOf({ touchpoints, visitors, sessions, loads }: SizeOnBoth): string {
  const verdicts = loads.map((both) => {
    const ratio = ratioOf(both)
    const said =
      ratio < 1 ? `${(1 / ratio).toFixed(1)} times slower` : `${ratio.toFixed(1)} times faster`
    return `${said} than Spark (${both.load.name})`
  })
  return `On ${count(touchpoints)} touchpoints ours is ${verdicts.join(' and ')}; both found the same ${count(sessions)} sessions. The sample has ${count(visitors)} visitors, and ours makes again all that it keeps of those whom a batch touches.`
}
