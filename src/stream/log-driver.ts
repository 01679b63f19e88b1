import type { LogRecord, Partition } from './log-source.js'

/** What follows one offset of one partition. */
export interface Chunk extends Partition {
  /** The offset that was asked for. */
  from: number
  records: LogRecord[]
  /** The offset after the chunk; without records still beyond `from` where the log has a gap. */
  next: number
  end: number
}

/** Partitions that are this process's; another revision means that each of them starts anew. */
export interface Assignment {
  revision: number
  partitions: readonly Partition[]
}

/** Offsets that can be read: the oldest, and the one after the newest. */
export interface Range extends Partition {
  start: number
  end: number
}

export interface From extends Partition {
  offset: number
}

/** What differs between kinds of log; `openLog` makes a `LogSource` of it. Errors are `source`, `retryable` or not. */
export interface LogDriver {
  assigned(): Promise<Assignment>
  ranges(partitions: readonly Partition[]): Promise<Range[]>
  /** What follows these offsets, about so many bytes of it; nothing when nothing came in time. */
  fetch(from: readonly From[], bytes: number, milliseconds: number): Promise<Chunk[]>
  close(): Promise<void>
}

export const nameOf = ({ topic, partition }: Partition): string => `${topic}/${partition}`
