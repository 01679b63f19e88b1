/** One partition of one topic: the unit in which a log is ordered. */
export interface Partition {
  topic: string
  partition: number
}

/** One record as it lies in the log; nothing is parsed, so nothing can be wrong with it here. */
export interface LogRecord extends Partition {
  offset: number
  /** Milliseconds since 1970, as the producer or the broker set them. */
  timestamp: number
  key: Buffer | null
  /** Null is a tombstone: the key's earlier records are withdrawn. */
  value: Buffer | null
}

/** Where the reading of one partition stands. */
export interface Position extends Partition {
  /** Reading goes on here; it may lie beyond the last record + 1, as compaction and transactions leave gaps. */
  next: number
  /** The offset after the last record that can be read, as last heard; `end - next` is the lag. */
  end: number
}

export interface LogBatch {
  /** In order of offset within a partition. */
  records: LogRecord[]
  /** Every partition that is this process's now, with or without records: to be stored with the batch's effects. */
  positions: Position[]
}

/** A poll ends at whichever comes first; one record is handed out even where it alone exceeds the bytes. */
export interface PollLimits {
  records: number
  /** Bytes of keys and values. */
  bytes: number
  milliseconds: number
}

/**
 * The offset that reading starts at, or undefined for the oldest record there is. Asked whenever partitions are
 * assigned, the first time or again: what was handed out in a batch counts as read, committed or not.
 */
export type StartOf = (partition: Partition) => number | undefined

export interface ReadOptions {
  topics: readonly string[]
  startOf: StartOf
  /** Starts at the oldest record where older ones were deleted before they were read; else that is an error. */
  skipLost?: boolean
  /** How long a log may fail to answer before a poll throws; until then polls come back empty. */
  patienceMilliseconds?: number
}

/**
 * Records of a partitioned log, pulled: nothing is fetched that nobody polls for, except what one answer of
 * each broker holds. Offsets are the caller's alone; none is ever stored in the log's own system.
 */
export interface LogSource {
  /** One call at a time; throws `source` when the log cannot be read, or cannot be read without loss. */
  poll(limits: PollLimits): Promise<LogBatch>
  /** Ends a running poll with what it has. */
  close(): Promise<void>
}
