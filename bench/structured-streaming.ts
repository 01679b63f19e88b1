import { readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Pace, paceOf } from './batch-ends.js'
import { cachedSample, withScratchFolder } from './cache.js'
import { withEngine } from './engine.js'
import type { NextViews } from './next-views.js'
import { sameSessions } from './same-sessions.js'
import { objectsOf } from './sample-objects.js'
import { type Load, loads, type StoredSample, storeSample, streamBatches } from './stream-loads.js'
import { webPrefix } from './streamed-sample.js'
import { type SizeOnBoth, streamingPage } from './streaming-page.js'
import { streamOnSpark } from './structured-spark.js'

const sizes = (process.env.BENCH_SIZES ?? '300000').split(',').map(Number)

/** The first batches open our tables and warm Spark's process up; one more publishes ours. */
const batchesOfLoad = { uncounted: 3, counted: 5 }
const allOfLoad = batchesOfLoad.uncounted + batchesOfLoad.counted + 1

/** Days of web events that Spark has read before, so that it has open sessions too. */
const daysBefore = 2

/** Longer than sessions wait for their next event, shorter than Spark waits for late ones. */
const pauseMilliseconds = 35 * 60_000

type Batch = readonly string[]

/** The same events through both, one after the other. */
async function costOfSize(size: number): Promise<SizeOnBoth> {
  const { rawFolder, summary } = await cachedSample(size)
  return withScratchFolder(async (folder) => {
    const sample = await storeSample(rawFolder, folder)
    const fitting = loads.map((load) => fittingLoad(load, sample.views))
    const streamed = fitting.map((load) => batchesOf(load, sample.views))
    const ours: Pace[] = []
    for (const [index, load] of fitting.entries())
      ours.push(await onOurs(folder, sample, load, streamed[index]!))
    const sparkFolder = path.join(folder, 'spark')
    const before = [...(await lastDays(rawFolder)), ...sample.stored]
    const spark = await onSpark(sparkFolder, before, fitting, streamed)
    const sessions = await sameSessions({
      warehouse: path.join(folder, 'kept', 'warehouse'),
      sparkFolder,
      from: timeOf(streamed[0]![0]![0]!),
      until: lastTimeOf(streamed),
    })
    const costs = fitting.map((load, index) => {
      return { load, ours: ours[index]!, spark: spark.paces[index]! }
    })
    return {
      touchpoints: summary.touchpoints,
      visitors: sample.views.visitors,
      sparkVersion: spark.version,
      sessions,
      loads: costs,
    }
  })
}

/** The load with as many visitors a batch as the sample has, when they are fewer. */
function fittingLoad(load: Load, { visitors }: NextViews): Load {
  return { ...load, batchRecords: Math.min(load.batchRecords, visitors * load.viewsEach) }
}

/** What comes after them comes so much later that their visitors begin other sessions. */
function batchesOf({ batchRecords, viewsEach }: Load, views: NextViews): Batch[] {
  const take = () => views.take(batchRecords / viewsEach, viewsEach)
  const batches = Array.from({ length: allOfLoad }, take)
  views.wait(pauseMilliseconds)
  return batches
}

async function onOurs(
  folder: string,
  { append }: StoredSample,
  { batchRecords }: Load,
  batches: readonly Batch[],
): Promise<Pace> {
  for (const batch of batches) await append(batch)
  return paceOf(await streamBatches(folder, batchRecords), { batchRecords, ...batchesOfLoad })
}

/** One query for all loads: what came before, then their batches, then an event so late that it closes all sessions. */
async function onSpark(
  folder: string,
  before: Batch,
  fitting: readonly Load[],
  streamed: readonly (readonly Batch[])[],
): Promise<{ version: string; paces: Pace[] }> {
  const closing = closingEvent(lastTimeOf(streamed))
  const { version, ends } = await streamOnSpark(folder, [before, ...streamed.flat(), [closing]])
  const paces = fitting.map(({ batchRecords }, index) => {
    const first = 1 + index * allOfLoad
    const endsOfLoad = ends.slice(first, first + allOfLoad)
    return paceOf(endsOfLoad, { batchRecords, ...batchesOfLoad })
  })
  return { version, paces }
}

const dayMilliseconds = 24 * 3600 * 1000

const closingEvent = (last: Date): string =>
  JSON.stringify({
    anonymousId: 'closing',
    timestamp: new Date(last.getTime() + dayMilliseconds).toISOString(),
  })

const lastTimeOf = (streamed: readonly (readonly Batch[])[]): Date =>
  timeOf(streamed.at(-1)!.at(-1)!.at(-1)!)

const timeOf = (line: string): Date =>
  new Date((JSON.parse(line) as { timestamp: string }).timestamp)

/** Lines of the last web objects of sample exports, one a day. */
async function lastDays(rawFolder: string): Promise<string[]> {
  const web = (await objectsOf(rawFolder)).filter((object) => object.startsWith(webPrefix))
  const texts = await Promise.all(
    web.slice(-daysBefore).map((object) => readFile(path.join(rawFolder, object))),
  )
  return texts.flatMap((text) => gunzipSync(text).toString().trimEnd().split('\n'))
}

const machine = {
  startedAt: new Date(),
  loadAtStart: os.loadavg()[0]!,
  engineVersion: await withEngine((engine) => engine.version()),
}
const costs: SizeOnBoth[] = []
for (const size of sizes) costs.push(await costOfSize(size))
const page = streamingPage(costs, machine, batchesOfLoad)
await writeFile('bench/STREAMING.md', page)
process.stdout.write(page)
