import type { RawObject, Zones } from '../collect/raw-objects.js'
import type { Config } from '../config.js'
import type { LogPosition } from '../state/log-positions.js'
import { archiveRecords } from './archive.js'
import { createListing } from './listing.js'
import { nameOf } from './log-driver.js'
import type { LogBatch, LogSource, PollLimits } from './log-source.js'
import { createMerging } from './merging.js'
import { openStreamLog } from './open-stream-log.js'

/** All that there is to read by now, read or not. */
export interface Input {
  objects: RawObject[]
  /** Where the reading of logs goes on once these objects are read. */
  positions: LogPosition[]
  /** Records of logs that are still to come, as last heard. */
  lag: number
  /** Logs were read to their end, and objects were listed. */
  isCaughtUp: boolean
}

export interface InputSource {
  /** Takes what comes until a batch is full or its time is over; throws `source` when that cannot be read. */
  take(): Promise<Input>
  close(): Promise<void>
}

export interface InputOptions {
  config: Config
  zones: Zones
  /** Objects of logs that are in the archive already. */
  archived: readonly RawObject[]
  starts: ReadonlyMap<string, LogPosition>
  /** Lists objects whenever logs are read to their end, not only as often as configured. */
  untilCaughtUp: boolean
  /** Passes over records that a log deleted before they were read. */
  skipLost: boolean
  /** Throws when this process may not write to the archive any more. */
  requireLease: () => Promise<void>
  /** Ends a waiting `take` with what it has. */
  signal: AbortSignal
  onNotice?: ((message: string) => void) | undefined
}

/** Opens the topics and the raw zone as one source of objects: records of logs become objects of the archive first. */
export async function openInput(options: InputOptions): Promise<InputSource> {
  const { config, zones, signal, untilCaughtUp } = options
  const log = await openStreamLog(config, {
    startOf: (partition) => options.starts.get(nameOf(partition))?.next,
    skipLost: options.skipLost,
  })
  const positions = new Map(options.starts)
  let archived = [...options.archived]
  const merging = createMerging(options)
  const listing = createListing(config, zones)
  const abort = () => void log?.close().catch(() => undefined)
  signal.addEventListener('abort', abort, { once: true })
  let lag = 0
  return {
    async take() {
      archived = merging.takeInto(archived)
      const batch = await poll(log, config, signal)
      if (log === undefined) await listing.wait(signal)
      if (batch.records.length > 0) await options.requireLease()
      archived.push(...(await archiveRecords(zones.archive, batch.records, sourceOfTopic(config))))
      for (const { topic, partition, next } of batch.positions)
        positions.set(nameOf({ topic, partition }), { topic, partition, next })
      if (batch.positions.length > 0)
        lag = batch.positions.reduce((sum, { next, end }) => sum + Math.max(0, end - next), 0)
      const isListed = await listing.refresh(log === undefined || (untilCaughtUp && lag === 0))
      return {
        objects: [...listing.objects(), ...archived],
        positions: [...positions.values()],
        lag,
        isCaughtUp: lag === 0 && isListed,
      }
    },
    async close() {
      signal.removeEventListener('abort', abort)
      await merging.close()
      await log?.close()
    },
  }
}

const nothing: LogBatch = { records: [], positions: [] }

/** What is polled once the log was closed by the signal, it may have or not have answered. */
async function poll(
  log: LogSource | undefined,
  config: Config,
  signal: AbortSignal,
): Promise<LogBatch> {
  if (log === undefined || signal.aborted) return nothing
  try {
    return await log.poll(limitsOf(config))
  } catch (error) {
    if (signal.aborted) return nothing
    throw error
  }
}

const limitsOf = ({ stream }: Config): PollLimits => ({
  records: stream.batch_records,
  bytes: stream.batch_megabytes * 1024 * 1024,
  milliseconds: stream.batch_seconds * 1000,
})

const sourceOfTopic =
  ({ sources }: Config) =>
  (topic: string): string =>
    Object.entries(sources).find(([, source]) => source.topic === topic)![0]
