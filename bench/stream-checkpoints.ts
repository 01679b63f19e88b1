import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Config, readConfig } from '../src/config.js'
import { runJob } from '../src/run.js'
import { appendToFileLog } from '../src/stream/append-to-file-log.js'
import { streamJob } from '../src/stream/stream.js'
import { version } from '../src/version.js'
import { cachedSample, withScratchFolder } from './cache.js'
import { type BenchmarkResult, type Comparison, count, seconds } from './comparison.js'
import { landObject, objectsOf } from './sample-objects.js'

const batches = 24
const batchRecords = 100
const releaseEverySeconds = 10

/** Of the source `web`: its last events come as records of a log. */
const streamed = 'segment/'
const topic = 'web'

/** Batches of a stream that makes a checkpoint with each release, beside those of one that makes none. */
export async function benchStreamCheckpoints(sizes: readonly number[]): Promise<BenchmarkResult> {
  const comparisons: Comparison[] = []
  const notes: string[] = []
  for (const size of sizes) {
    const { rawFolder, summary } = await cachedSample(size)
    const { none, some } = await withScratchFolder((folder) => coursesOf(rawFolder, folder))
    const benchmark = `Stream of ${batches} batches on ${count(summary.touchpoints)} touchpoints`
    const stall = (what: string, of: (course: Course) => number): Comparison => ({
      benchmark: `${benchmark}: what checkpoints add to the ${what}`,
      ours: seconds(of(some)),
      peer: `without checkpoints ${seconds(of(none))}`,
      value: Math.max(0, of(some) - of(none)),
      unit: 's',
      atMost: 2,
    })
    comparisons.push(
      stall('longest pause between batches', ({ pauses }) => Math.max(...pauses)),
      stall('longest release', ({ releases }) => Math.max(...releases)),
    )
    notes.push(
      `Checkpoints of the stream on ${count(summary.touchpoints)} touchpoints: ${some.notices.join(' ')}`,
    )
  }
  return { comparisons, notes }
}

/** How long it took from the end of each batch to the end of the next, and how long those took that end in a release. */
interface Course {
  pauses: number[]
  releases: number[]
  notices: string[]
}

async function coursesOf(
  rawFolder: string,
  folder: string,
): Promise<{ none: Course; some: Course }> {
  const objects = await objectsOf(rawFolder)
  const events = await lastEvents(rawFolder, objects)
  for (const object of objects.filter((object) => !events.objects.includes(object)))
    await landObject(rawFolder, object, path.join(folder, 'raw'))
  await writeLog(path.join(folder, 'log'), events.lines)
  const config = configOf(folder)
  await runJob({ config, version })
  await cp(path.join(folder, 'kept'), path.join(folder, 'before'), { recursive: true })
  const courseFromThere = async (checkpoints: number | 'none'): Promise<Course> => {
    await rm(path.join(folder, 'kept'), { recursive: true })
    await cp(path.join(folder, 'before'), path.join(folder, 'kept'), { recursive: true })
    return courseOf({ ...config, stream: { ...config.stream, checkpoint_minutes: checkpoints } })
  }
  return { none: await courseFromThere('none'), some: await courseFromThere(0) }
}

async function courseOf(config: Config): Promise<Course> {
  const course: Course = { pauses: [], releases: [], notices: [] }
  let last: number | undefined
  await streamJob({
    config,
    version,
    untilCaughtUp: true,
    signal: new AbortController().signal,
    onBatch() {
      const now = performance.now()
      if (last !== undefined) course.pauses.push((now - last) / 1000)
      last = now
    },
    onRelease: (report) => course.releases.push(report.seconds),
    onNotice: (notice) => course.notices.push(notice),
  })
  return course
}

/** The events of the last days, as many as the batches take, and the objects that hold them. */
async function lastEvents(
  rawFolder: string,
  objects: readonly string[],
): Promise<{ lines: string[]; objects: string[] }> {
  const lines: string[] = []
  const taken: string[] = []
  for (const object of objects.filter((object) => object.startsWith(streamed)).reverse()) {
    if (lines.length >= batches * batchRecords) break
    const text = gunzipSync(await readFile(path.join(rawFolder, object))).toString()
    lines.unshift(...text.trimEnd().split('\n'))
    taken.push(object)
  }
  return { lines: lines.slice(-batches * batchRecords), objects: taken }
}

async function writeLog(folder: string, lines: readonly string[]): Promise<void> {
  await mkdir(folder)
  const records = lines.map((line) => ({ key: null, value: Buffer.from(line), timestamp: 0 }))
  await appendToFileLog(folder, { topic, partition: 0 }, 0, records)
}

function configOf(folder: string): Config {
  const config = readConfig('config/demo.yaml', {
    THROUGHLINE__STORAGE__RAW: path.join(folder, 'raw'),
    THROUGHLINE__STORAGE__WAREHOUSE: path.join(folder, 'kept', 'warehouse'),
    THROUGHLINE__RUN__STATE_FOLDER: path.join(folder, 'kept', 'state'),
    THROUGHLINE__RUN__WORK_FOLDER: folder,
    THROUGHLINE__ENGINE__THREADS: '2',
    THROUGHLINE__STREAM__LOG_FOLDER: path.join(folder, 'log'),
    THROUGHLINE__STREAM__BATCH_RECORDS: String(batchRecords),
    THROUGHLINE__STREAM__RELEASE_EVERY_SECONDS: String(releaseEverySeconds),
  })
  return { ...config, sources: { ...config.sources, web: { ...config.sources.web!, topic } } }
}
