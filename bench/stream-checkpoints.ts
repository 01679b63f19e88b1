import { cp, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Config } from '../src/config.js'
import { runJob } from '../src/run.js'
import { streamJob } from '../src/stream/stream.js'
import { version } from '../src/version.js'
import { cachedSample, withScratchFolder } from './cache.js'
import { type BenchmarkResult, type Comparison, count, seconds } from './comparison.js'
import { landObject, objectsOf } from './sample-objects.js'
import { appendEvents, streamedConfig, webPrefix } from './streamed-sample.js'

const batches = 24
const batchRecords = 100
const releaseEverySeconds = 10

/** Batches of a stream that makes a checkpoint with each release, beside those of one that makes none. */
export async function benchStreamCheckpoints(sizes: readonly number[]): Promise<BenchmarkResult> {
  const comparisons: Comparison[] = []
  const notes: string[] = []
  for (const size of sizes) {
    const { rawFolder, summary } = await cachedSample(size)
    const { without, checkpointed, restart } = await withScratchFolder((folder) =>
      coursesOf(rawFolder, folder),
    )
    const benchmark = `Stream of ${batches} batches on ${count(summary.touchpoints)} touchpoints`
    const added = (what: string, pause: keyof Longest): Comparison => ({
      benchmark: `${benchmark}: what checkpoints add to the longest ${what}`,
      ours: seconds(checkpointed[pause]),
      peer: `without checkpoints ${seconds(without[pause])}`,
      value: Math.max(0, checkpointed[pause] - without[pause]),
      unit: 's',
      atMost: 2,
    })
    comparisons.push(
      added('pause between batches', 'batch'),
      added('pause that a release makes', 'release'),
      {
        benchmark: `Stream on ${count(summary.touchpoints)} touchpoints: from its start to its first batch`,
        ours: seconds(restart),
        peer: 'limit 5 s',
        value: restart,
        unit: 's',
        atMost: 5,
      },
    )
    notes.push(
      `Of ${count(summary.touchpoints)} touchpoints the stream made ${checkpointed.notices.length} checkpoints; the last one: ${checkpointed.notices.at(-1)}`,
    )
  }
  return { comparisons, notes }
}

/** The longest time from the end of one batch to the end of the next, in seconds: of batches alone, and with a release. */
interface Longest {
  batch: number
  release: number
}

interface Course extends Longest {
  notices: string[]
}

async function coursesOf(
  rawFolder: string,
  folder: string,
): Promise<{ without: Course; checkpointed: Course; restart: number }> {
  const objects = await objectsOf(rawFolder)
  const events = await lastEvents(rawFolder, objects)
  for (const object of objects.filter((object) => !events.objects.includes(object)))
    await landObject(rawFolder, object, path.join(folder, 'raw'))
  await appendEvents(folder, 0, events.lines.slice(0, -batchRecords))
  const config = streamedConfig(folder, {
    batch_records: batchRecords,
    release_every_seconds: releaseEverySeconds,
  })
  await runJob({ config, version })
  await cp(path.join(folder, 'kept'), path.join(folder, 'before'), { recursive: true })
  const checkpointed = await courseOf(withCheckpoints(config, 0))
  if (checkpointed.notices.length === 0) throw new Error('the stream made no checkpoint to measure')
  await rm(path.join(folder, 'kept'), { recursive: true })
  await rename(path.join(folder, 'before'), path.join(folder, 'kept'))
  const without = await courseOf(withCheckpoints(config, 'none'))
  await appendEvents(folder, batches * batchRecords, events.lines.slice(-batchRecords))
  return {
    checkpointed,
    without,
    restart: await secondsToFirstBatch(withCheckpoints(config, 'none')),
  }
}

const withCheckpoints = (config: Config, minutes: number | 'none'): Config => ({
  ...config,
  stream: { ...config.stream, checkpoint_minutes: minutes },
})

async function courseOf(config: Config): Promise<Course> {
  const course: Course = { batch: 0, release: 0, notices: [] }
  // The first turn opens the tables.
  let begin: number | undefined
  let kind: keyof Longest = 'batch'
  await streamJob({
    config,
    version,
    untilCaughtUp: true,
    signal: new AbortController().signal,
    onRelease() {
      kind = 'release'
    },
    onTurn() {
      const now = performance.now()
      if (begin !== undefined) course[kind] = Math.max(course[kind], (now - begin) / 1000)
      begin = now
      kind = 'batch'
    },
    onNotice: (notice) => course.notices.push(notice),
  })
  if (course.release === 0) throw new Error('the stream made no release to measure')
  return course
}

async function secondsToFirstBatch(config: Config): Promise<number> {
  const begin = performance.now()
  const stop = new AbortController()
  let end = begin
  await streamJob({
    config,
    version,
    signal: stop.signal,
    onBatch() {
      end = performance.now()
      stop.abort()
    },
  })
  return (end - begin) / 1000
}

/** The events of the last days, as many as all batches take, and the objects that hold them. */
async function lastEvents(
  rawFolder: string,
  objects: readonly string[],
): Promise<{ lines: string[]; objects: string[] }> {
  const wanted = (batches + 1) * batchRecords
  const lines: string[] = []
  const taken: string[] = []
  for (const object of objects.filter((object) => object.startsWith(webPrefix)).reverse()) {
    if (lines.length >= wanted) break
    const text = gunzipSync(await readFile(path.join(rawFolder, object))).toString()
    lines.unshift(...text.trimEnd().split('\n'))
    taken.push(object)
  }
  return { lines: lines.slice(-wanted), objects: taken }
}
