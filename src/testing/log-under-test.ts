import type { NewRecord } from '../stream/append-to-file-log.js'
import type {
  LogBatch,
  LogRecord,
  LogSource,
  Partition,
  PollLimits,
  Position,
  ReadOptions,
} from '../stream/log-source.js'

/** A log that tests can write to, and what happens to logs. */
export interface LogUnderTest {
  createTopic(topic: string, partitions: number): Promise<void>
  /** Makes the topic have so many partitions. */
  growTopic(topic: string, partitions: number): Promise<void>
  append(partition: Partition, records: readonly NewRecord[]): Promise<void>
  /** Takes up at least one offset at the end of the partition, without a record. */
  leaveGap(partition: Partition): Promise<void>
  deleteBefore(partition: Partition, offset: number): Promise<void>
  open(options: ReadOptions): Promise<LogSource>
  /** As a member of a group that shares the topic's partitions out. */
  openMember(options: ReadOptions): Promise<LogSource>
  /** Another member comes and takes its share; the function that is returned makes it leave. */
  addMember(topic: string): Promise<() => Promise<void>>
  close(): Promise<void>
}

/** Reads with offsets of its own, as the stream's state will keep them, and remembers all that it was given. */
export interface Caller {
  readonly seen: LogRecord[]
  readonly offsets: Map<number, number>
  /** Partitions that were ours at the last poll. */
  positions: Position[]
  open(options?: Partial<ReadOptions>): Promise<void>
  poll(limits?: Partial<PollLimits>): Promise<LogBatch>
  /** Polls until this holds, or half a minute has passed. */
  pollUntil(isDone: () => boolean, limits?: Partial<PollLimits>): Promise<void>
  close(): Promise<void>
}

const ampleLimits: PollLimits = { records: 100_000, bytes: 50_000_000, milliseconds: 200 }
const giveUpMilliseconds = 30_000

/** A caller of one topic; its offsets are known by partition. */
export function createCaller(
  topic: string,
  openSource: (options: ReadOptions) => Promise<LogSource>,
): Caller {
  let source: LogSource | undefined
  const offsets = new Map<number, number>()
  const startOf = ({ partition }: Partition): number | undefined => offsets.get(partition)
  const caller: Caller = {
    seen: [],
    offsets,
    positions: [],
    async open(options = {}) {
      caller.positions = []
      await source?.close()
      source = await openSource({ topics: [topic], startOf, ...options })
    },
    async poll(limits = {}) {
      const batch = await source!.poll({ ...ampleLimits, ...limits })
      caller.seen.push(...batch.records)
      caller.positions = batch.positions
      for (const { partition, next } of batch.positions) offsets.set(partition, next)
      return batch
    },
    async pollUntil(isDone, limits) {
      const deadline = Date.now() + giveUpMilliseconds
      while (!isDone() && Date.now() < deadline) await caller.poll(limits)
    },
    async close() {
      await source?.close()
      source = undefined
    },
  }
  return caller
}

export const isCaughtUp = ({ positions }: Caller): boolean =>
  positions.length > 0 && positions.every(({ next, end }) => next === end)

export const recordOf = (value: string | Buffer | null, key = 'key'): NewRecord => ({
  key: Buffer.from(key),
  value: typeof value === 'string' ? Buffer.from(value) : value,
  timestamp: 1_700_000_000_000,
})

/** Records with the values `<name>0`, `<name>1`, ... */
export const recordsOf = (name: string, count: number): NewRecord[] =>
  Array.from({ length: count }, (_, index) => recordOf(`${name}${index}`))

/** The texts of a partition's records in the order they came. */
export const textsOf = (seen: readonly LogRecord[], partition?: number): string[] =>
  seen
    .filter((record) => partition === undefined || record.partition === partition)
    .map(({ value }) => String(value))

export const textsOfRecords = (records: readonly NewRecord[]): string[] =>
  records.map(({ value }) => String(value))

/** A record of the partition `events/1`. */
export const recordAt = (offset: number, value: string | null = `{"n":${offset}}`): LogRecord => ({
  topic: 'events',
  partition: 1,
  offset,
  timestamp: 0,
  key: null,
  value: value === null ? null : Buffer.from(value),
})
