import path from 'node:path'
import { cachedSample, withScratchFolder } from './cache.js'
import { type BenchmarkResult, type Comparison, count, seconds } from './comparison.js'
import type { Cost } from './measure.js'
import { landObject, objectsOf } from './sample-objects.js'
import { wholeJob } from './whole-job-process.js'

const days = 10
const fullRuns = 3

/** The source that exports an object a day; the others' are there from the beginning. */
const dailySource = 'segment'

/** The last days of sample exports taken in one run a day, beside full runs on all of them. */
export async function benchDailyIncrements(sizes: readonly number[]): Promise<BenchmarkResult> {
  const comparisons: Comparison[] = []
  for (const size of sizes) comparisons.push(...(await comparisonsOfSize(size)))
  return {
    comparisons,
    notes: [
      `Each of the ${days} increments reads one new object of web events and publishes a release; the limit is ${fullRuns} full runs on all objects.`,
    ],
  }
}

async function comparisonsOfSize(size: number): Promise<Comparison[]> {
  const { rawFolder, summary } = await cachedSample(size)
  const { increments, full } = await withScratchFolder((folder) => costsOf(rawFolder, folder))
  const benchmark = `${days} daily increments, ${count(summary.touchpoints)} touchpoints`
  const compared = (what: string, ours: number, limit: number): Comparison => ({
    benchmark: `${benchmark}: ${what}`,
    ours: seconds(ours),
    peer: `${fullRuns} full runs ${seconds(limit * fullRuns)}`,
    value: ours / (limit * fullRuns),
    atMost: 1,
  })
  const sum = (of: keyof Cost) => increments.reduce((total, cost) => total + cost[of], 0)
  return [
    compared('wall', sum('wallSeconds'), full.wallSeconds),
    compared('CPU', sum('cpuSeconds'), full.cpuSeconds),
  ]
}

async function costsOf(
  rawFolder: string,
  folder: string,
): Promise<{ increments: Cost[]; full: Cost }> {
  const objects = await objectsOf(rawFolder)
  const late = objects.filter((object) => object.startsWith(`${dailySource}/`)).slice(-days)
  const raw = path.join(folder, 'raw')
  const add = (object: string) => landObject(rawFolder, object, raw)
  for (const object of objects) if (!late.includes(object)) await add(object)
  const run = (name: string) => wholeJob(raw, path.join(folder, name))
  await run('daily')
  const increments: Cost[] = []
  for (const object of late) {
    await add(object)
    increments.push(await run('daily'))
  }
  return { increments, full: await run('full') }
}
