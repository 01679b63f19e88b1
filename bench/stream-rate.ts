import { setTimeout as sleep } from 'node:timers/promises'
import { quantileSorted } from 'simple-statistics'
import { streamJob } from '../src/stream/stream.js'
import { version } from '../src/version.js'
import { paceOf } from './batch-ends.js'
import { cachedSample, withScratchFolder } from './cache.js'
import { type BenchmarkResult, type Comparison, count, seconds } from './comparison.js'
import type { NextViews } from './next-views.js'
import {
  type Append,
  betweenReleases,
  type Load,
  loads,
  storeSample,
  streamBatches,
} from './stream-loads.js'

/** Batches that count: the one before them opens the tables, and the one after publishes. */
const countedBatches = 3

/** Events that come at an even rate, and how long they take to be in the tables. */
const paced = { eventsPerSecond: 1000, seconds: 20, everyMilliseconds: 100 }
const latestSeconds = 2

interface Measured {
  touchpoints: number
  /** By the name of the load. */
  eventsPerSecond: Map<string, number>
  latencySeconds: number
}

/** What a stream takes in a second on so many stored touchpoints, and how much longer a batch takes on more of them. */
export async function benchStreamRate(sizes: readonly number[]): Promise<BenchmarkResult> {
  const measured: Measured[] = []
  for (const size of sizes) measured.push(await measure(size))
  return {
    comparisons: [...measured.flatMap(comparisonsOf), ...growth(measured)],
    notes: [
      `A batch has ${loads.map(({ name, batchRecords }) => `${count(batchRecords)} records (${name})`).join(' or ')}; of each stream ${countedBatches} batches count, from the end of one to the end of the next, between releases.`,
      `At ${count(paced.eventsPerSecond)} events/s for ${paced.seconds} s, a batch takes what comes in 0.05 s, or has come while the one before was worked on.`,
    ],
  }
}

async function measure(size: number): Promise<Measured> {
  const { rawFolder, summary } = await cachedSample(size)
  return withScratchFolder(async (folder) => {
    const { views, append } = await storeSample(rawFolder, folder)
    const most = Math.max(...loads.map(({ batchRecords, viewsEach }) => batchRecords / viewsEach))
    if (views.visitors < most)
      throw new Error(
        `${views.visitors} visitors cannot fill a batch of ${most}: take a larger size`,
      )
    const eventsPerSecond = new Map<string, number>()
    for (const load of loads)
      eventsPerSecond.set(load.name, await rateOf(folder, append, views, load))
    const latencySeconds = await latencyOf(folder, append, views)
    return { touchpoints: summary.touchpoints, eventsPerSecond, latencySeconds }
  })
}

async function rateOf(
  folder: string,
  append: Append,
  views: NextViews,
  { batchRecords, viewsEach }: Load,
): Promise<number> {
  for (let batch = 0; batch < countedBatches + 2; batch++)
    await append(views.take(batchRecords / viewsEach, viewsEach))
  const ends = await streamBatches(folder, batchRecords)
  return paceOf(ends, { batchRecords, uncounted: 1, counted: countedBatches }).eventsPerSecond
}

/** The 99th percentile of the time from the moment that an event is due in the log to the end of its batch, which has put its customer's score beside the release, in seconds. */
async function latencyOf(folder: string, append: Append, views: NextViews): Promise<number> {
  const perTurn = (paced.eventsPerSecond * paced.everyMilliseconds) / 1000
  const turns = (paced.seconds * 1000) / paced.everyMilliseconds
  const come: number[] = []
  const latencies: number[] = []
  const stop = new AbortController()
  let fed: Promise<void> | undefined
  const feed = async () => {
    const begin = performance.now()
    for (let turn = 0; turn < turns; turn++) {
      // When they are due, not when the stream lets us append them.
      const due = begin + turn * paced.everyMilliseconds
      await sleep(Math.max(0, due - performance.now()))
      for (let event = 0; event < perTurn; event++) come.push(due)
      await append(views.take(perTurn, 1))
    }
  }
  await append(views.take(1, 1))
  let isOpen = false
  await streamJob({
    config: betweenReleases(folder, { batch_seconds: 0.05 }),
    version,
    signal: stop.signal,
    onBatch({ rowsRead }) {
      const now = performance.now()
      // The first batch opens the tables.
      if (isOpen) for (const at of come.splice(0, rowsRead)) latencies.push((now - at) / 1000)
      isOpen = true
      fed ??= feed()
      if (latencies.length === turns * perTurn) stop.abort()
    },
  })
  await fed
  return quantileSorted(
    latencies.sort((a, b) => a - b),
    0.99,
  )
}

function comparisonsOf({ touchpoints, eventsPerSecond, latencySeconds }: Measured): Comparison[] {
  const benchmark = `Stream on ${count(touchpoints)} touchpoints`
  return [
    ...loads.map((load) => {
      const rate = eventsPerSecond.get(load.name)!
      return {
        benchmark: `${benchmark}: ${load.name}`,
        ours: `${count(Math.round(rate))} events/s`,
        peer: `at least ${count(load.eventsPerSecond)} events/s`,
        value: load.eventsPerSecond / rate,
        atMost: 1,
      }
    }),
    {
      benchmark: `${benchmark}: from an event to its batch's end at ${count(paced.eventsPerSecond)} events/s, 99th percentile`,
      ours: seconds(latencySeconds),
      peer: `limit ${latestSeconds} s`,
      value: latencySeconds,
      unit: 's',
      atMost: latestSeconds,
    },
  ]
}

/** What a batch of the same events costs each time that the stored touchpoints are so many times more. */
function growth(measured: readonly Measured[]): Comparison[] {
  return measured.slice(1).map((larger, index) => {
    const smaller = measured[index]!
    const { name } = loads[0]!
    const costs = [smaller, larger].map(({ eventsPerSecond }) => 1000 / eventsPerSecond.get(name)!)
    const doublings = Math.log2(larger.touchpoints / smaller.touchpoints)
    const shown = costs.map((cost) => `${cost.toFixed(2)} ms an event`)
    return {
      benchmark: `Stream, ${name}: cost of a batch when stored touchpoints double, ${count(smaller.touchpoints)} to ${count(larger.touchpoints)}`,
      ours: shown[1]!,
      peer: shown[0]!,
      value: (costs[1]! / costs[0]!) ** (1 / doublings),
      atMost: 1.05,
    }
  })
}
