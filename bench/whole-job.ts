import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { readConfig } from '../src/config.js'
import { manifestKey } from '../src/publish/manifest.js'
import { readRelease } from '../src/publish/release.js'
import { openStorage } from '../src/storage/storage.js'
import { cachedSample, withScratchFolder } from './cache.js'
import { type BenchmarkResult, type Comparison, count, gigabytes, seconds } from './comparison.js'
import { measuredProcess, type ProcessCost } from './measure.js'
import { threads, wholeJob } from './whole-job-process.js'

const memoryLimitBytes = 4 * 2 ** 30
const stepsShown = 12

interface SizeCost {
  touchpoints: number
  ours: ProcessCost
  limit: ProcessCost
  /** Seconds of our run by step. */
  steps: [string, number][]
}

/** The whole job on sample exports of several sizes, each beside the limit in the same run. */
export async function benchWholeJob(sizes: readonly number[]): Promise<BenchmarkResult> {
  const costs: SizeCost[] = []
  for (const size of sizes) costs.push(await costOfSize(size))
  return {
    comparisons: [...costs.flatMap(comparisonsOf), ...growth(costs)],
    notes: [
      `The job and its limit run on ${threads} threads with DuckDB's memory limited to ${engineMegabytes()} MB; the limit runs before and after the job, and its mean counts.`,
      ...costs.map(stepsNote),
    ],
  }
}

const engineMegabytes = (): number => readConfig(undefined).engine.memory_megabytes

/** The limit runs first, so that neither finds the objects' pages cold, and again afterwards, so that a drift of the machine cancels out. */
async function costOfSize(size: number): Promise<SizeCost> {
  const { rawFolder, summary } = await cachedSample(size)
  const before = await runLimit(rawFolder)
  const { ours, steps } = await runJobOnce(rawFolder)
  const after = await runLimit(rawFolder)
  return { touchpoints: summary.touchpoints, ours, limit: mean(before, after), steps }
}

const runLimit = (rawFolder: string): Promise<ProcessCost> =>
  withScratchFolder((folder) =>
    measuredProcess('./whole-job-limit.js', {
      RAW_FOLDER: rawFolder,
      SCRATCH_FOLDER: folder,
      THREADS: threads,
      MEMORY_MEGABYTES: String(engineMegabytes()),
    }),
  )

const runJobOnce = (rawFolder: string): Promise<Pick<SizeCost, 'ours' | 'steps'>> =>
  withScratchFolder(async (folder) => {
    const ours = await wholeJob(rawFolder, folder)
    return { ours, steps: await stepsOf(path.join(folder, 'warehouse')) }
  })

/** Steps of the published run, slowest first; models are made two at a time, so the steps add up to more than the run. */
async function stepsOf(warehouse: string): Promise<[string, number][]> {
  const current = await readRelease(openStorage(warehouse))
  const text = await readFile(path.join(warehouse, manifestKey(current!.release.release)), 'utf8')
  const { timings_seconds } = JSON.parse(text) as { timings_seconds: Record<string, number> }
  return Object.entries(timings_seconds).sort(([, left], [, right]) => right - left)
}

const mean = (first: ProcessCost, second: ProcessCost): ProcessCost => ({
  wallSeconds: (first.wallSeconds + second.wallSeconds) / 2,
  cpuSeconds: (first.cpuSeconds + second.cpuSeconds) / 2,
  peakBytes: Math.max(first.peakBytes, second.peakBytes),
})

function comparisonsOf({ touchpoints, ours, limit }: SizeCost): Comparison[] {
  const job = `Whole job, ${count(touchpoints)} touchpoints`
  const peer = 'bare DuckDB'
  return [
    {
      benchmark: `${job}: wall`,
      ours: seconds(ours.wallSeconds),
      peer: `${peer} ${seconds(limit.wallSeconds)}`,
      value: ours.wallSeconds / limit.wallSeconds,
      atMost: 5,
    },
    {
      benchmark: `${job}: CPU`,
      ours: seconds(ours.cpuSeconds),
      peer: `${peer} ${seconds(limit.cpuSeconds)}`,
      value: ours.cpuSeconds / limit.cpuSeconds,
      atMost: 5,
    },
    {
      benchmark: `${job}: peak memory`,
      ours: gigabytes(ours.peakBytes),
      peer: `${peer} ${gigabytes(limit.peakBytes)}`,
      value: ours.peakBytes / 2 ** 30,
      unit: 'GB',
      atMost: memoryLimitBytes / 2 ** 30,
    },
  ]
}

/** How the time for a row grows from the smallest to the largest size. */
function growth(costs: readonly SizeCost[]): Comparison[] {
  const [smallest, largest] = [costs[0]!, costs.at(-1)!]
  if (smallest === largest) return []
  const perMillion = ({ ours, touchpoints }: SizeCost) => (ours.wallSeconds / touchpoints) * 1e6
  return [
    {
      benchmark: `Whole job, time per million touchpoints at ${count(largest.touchpoints)}`,
      ours: seconds(perMillion(largest)),
      peer: `at ${count(smallest.touchpoints)}: ${seconds(perMillion(smallest))}`,
      value: perMillion(largest) / perMillion(smallest),
      atMost: 1.15,
    },
  ]
}

function stepsNote({ touchpoints, steps }: SizeCost): string {
  const shown = steps.slice(0, stepsShown).map(([step, wall]) => `${step} ${seconds(wall)}`)
  return `The longest steps at ${count(touchpoints)} touchpoints, two of which run at a time: ${shown.join(', ')}.`
}
