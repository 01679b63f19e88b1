import type { Chunk, From } from '../log-driver.js'
import type { LogRecord, Partition } from '../log-source.js'
import { committedBatches, type FetchedBatch, lastOffsetOf } from './committed.js'
import type { FetchResponse } from './fetch-api.js'

type FetchedPartition = FetchResponse['responses'][number]['partitions'][number]

const timestampedByBroker = 1 << 3

/** An answer for one partition as the records from the offset that was asked for on. */
export function chunkOf(from: From, fetched: FetchedPartition): Chunk {
  const { topic, partition, offset } = from
  const last = fetched.records?.at(-1)
  return {
    topic,
    partition,
    from: offset,
    // A batch is sent whole, also where reading starts in its midst.
    records: committedBatches(fetched)
      .flatMap((batch) => recordsOf(batch, from))
      .filter((record) => record.offset >= offset),
    next: last === undefined ? offset : Number(lastOffsetOf(last)) + 1,
    end: Number(fetched.lastStableOffset),
  }
}

function recordsOf(batch: FetchedBatch, { topic, partition }: Partition): LogRecord[] {
  const firstOffset = Number(batch.firstOffset)
  const timestampOf =
    (batch.attributes & timestampedByBroker) === 0
      ? (delta: bigint) => Number(batch.firstTimestamp + delta)
      : () => Number(batch.maxTimestamp)
  return batch.records.map(({ offsetDelta, timestampDelta, key, value }) => ({
    topic,
    partition,
    offset: firstOffset + offsetDelta,
    timestamp: timestampOf(timestampDelta),
    key: key ?? null,
    value: value ?? null,
  }))
}
