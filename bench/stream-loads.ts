import path from 'node:path'
import type { Config } from '../src/config.js'
import { runJob } from '../src/run.js'
import { streamJob } from '../src/stream/stream.js'
import { version } from '../src/version.js'
import type { BatchEnd } from './batch-ends.js'
import { type NextViews, nextViews } from './next-views.js'
import { landObject, objectsOf } from './sample-objects.js'
import { appendEvents, streamedConfig, webPrefix } from './streamed-sample.js'

/** Events a batch, how many of them are one visitor's, and the rate that is asked for. A customer may be several visitors. */
export interface Load {
  name: string
  batchRecords: number
  viewsEach: number
  eventsPerSecond: number
}

export const loads: readonly Load[] = [
  {
    name: 'every event another visitor',
    batchRecords: 10_000,
    viewsEach: 1,
    eventsPerSecond: 10_000,
  },
  { name: 'five events a visitor', batchRecords: 20_000, viewsEach: 5, eventsPerSecond: 30_000 },
]

export type Append = (lines: readonly string[]) => Promise<void>

/** Sample exports that a run has stored, and the events that may follow them in the log. */
export interface StoredSample {
  views: NextViews
  append: Append
  /** Events of the log that are stored already. */
  stored: readonly string[]
}

/** Runs the whole job in a folder, on sample exports and a log of one event. */
export async function storeSample(rawFolder: string, folder: string): Promise<StoredSample> {
  const objects = await objectsOf(rawFolder)
  for (const object of objects) await landObject(rawFolder, object, path.join(folder, 'raw'))
  const web = objects.filter((object) => object.startsWith(webPrefix))
  const views = await nextViews(rawFolder, web)
  const append = appendingTo(folder)
  const stored = views.take(1, 1)
  await append(stored)
  await runJob({ config: streamedConfig(folder, {}), version })
  return { views, append, stored }
}

function appendingTo(folder: string): Append {
  let offset = 0
  return async (lines) => {
    const begin = offset
    offset += lines.length
    await appendEvents(folder, begin, lines)
  }
}

/** Streams what the log of a folder holds, in batches of so many records, and publishes with the last one. */
export async function streamBatches(folder: string, batchRecords: number): Promise<BatchEnd[]> {
  const ends: BatchEnd[] = []
  await streamJob({
    config: betweenReleases(folder, { batch_records: batchRecords }),
    version,
    untilCaughtUp: true,
    signal: new AbortController().signal,
    onBatch() {
      const { user, system } = process.cpuUsage()
      ends.push({ atSeconds: performance.now() / 1000, cpuSeconds: (user + system) / 1e6 })
    },
  })
  return ends
}

/** No release but the last, no checkpoint: what batches alone cost. */
export const betweenReleases = (folder: string, stream: Partial<Config['stream']>): Config =>
  streamedConfig(folder, {
    release_every_seconds: 3600,
    checkpoint_minutes: 'none',
    batch_megabytes: 64,
    ...stream,
  })
