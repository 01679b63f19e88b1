import type { Chunk } from './log-driver.js'
import type { LogRecord, Partition, PollLimits } from './log-source.js'

/** A batch being filled. */
export interface OpenBatch {
  limits: PollLimits
  records: LogRecord[]
  bytes: number
}

/** Chunks that were fetched and not yet handed out. */
export interface Backlog {
  add(chunk: Chunk): void
  clear(): void
  isEmpty(): boolean
  /** Moves what fits into the batch and says, partition by partition, where reading goes on. */
  moveTo(batch: OpenBatch, advance: (partition: Partition, next: number) => void): void
}

export const hasRoom = ({ limits, records, bytes }: OpenBatch): boolean =>
  records.length < limits.records && bytes < limits.bytes

export function createBacklog(): Backlog {
  const chunks: Chunk[] = []
  return {
    add(chunk) {
      chunks.push(chunk)
    },
    clear() {
      chunks.length = 0
    },
    isEmpty: () => chunks.length === 0,
    moveTo(batch, advance) {
      for (let chunk = chunks[0]; chunk !== undefined; chunk = chunks[0]) {
        const moved = moveRecords(chunk.records, batch)
        if (moved < chunk.records.length) {
          chunk.records = chunk.records.slice(moved)
          advance(chunk, chunk.records[0]!.offset)
          return
        }
        advance(chunk, chunk.next)
        chunks.shift()
      }
    },
  }
}

/** Moves the records that fit and returns how many did. */
function moveRecords(records: readonly LogRecord[], batch: OpenBatch): number {
  let moved = 0
  for (const record of records) {
    const bytes = sizeOf(record)
    if (batch.records.length > 0 && !fits(batch, bytes)) break
    batch.records.push(record)
    batch.bytes += bytes
    moved++
  }
  return moved
}

const fits = ({ limits, records, bytes }: OpenBatch, more: number): boolean =>
  records.length < limits.records && bytes + more <= limits.bytes

const sizeOf = ({ key, value }: LogRecord): number => (key?.length ?? 0) + (value?.length ?? 0)
