/** When a batch ended and what its process had used until then, both in seconds from any fixed moment. */
export interface BatchEnd {
  atSeconds: number
  cpuSeconds: number
}

/** What batches took that follow each other. */
export interface Pace {
  eventsPerSecond: number
  /** From the end of one batch to the end of the next, in the mean. */
  secondsEach: number
  /** Of all these batches. */
  cpuSeconds: number
}

/** The pace of so many batches of equal size, after those that do not count. */
export function paceOf(
  ends: readonly BatchEnd[],
  {
    batchRecords,
    uncounted,
    counted,
  }: { batchRecords: number; uncounted: number; counted: number },
): Pace {
  const [begin, end] = [ends[uncounted - 1], ends[uncounted - 1 + counted]]
  if (begin === undefined || end === undefined)
    throw new Error(`the stream made ${ends.length} batches, too few to measure`)
  const wallSeconds = end.atSeconds - begin.atSeconds
  return {
    eventsPerSecond: (counted * batchRecords) / wallSeconds,
    secondsEach: wallSeconds / counted,
    cpuSeconds: end.cpuSeconds - begin.cpuSeconds,
  }
}
