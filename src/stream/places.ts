import type { LogDriver } from './log-driver.js'
import { beyondError, lostError } from './log-errors.js'
import type { Partition, Position, StartOf } from './log-source.js'

/** Asks the caller where these partitions start; an offset that cannot be read without loss is an error. */
export async function startingPlaces(
  driver: Pick<LogDriver, 'ranges'>,
  partitions: readonly Partition[],
  startOf: StartOf,
  skipLost = false,
): Promise<Position[]> {
  const ranges = await driver.ranges(partitions)
  return ranges.map((range) => {
    const asked = startOf(range) ?? range.start
    if (asked < range.start && !skipLost) throw lostError(range, asked)
    const next = Math.max(asked, range.start)
    if (next > range.end) throw beyondError(range, next)
    return { topic: range.topic, partition: range.partition, next, end: range.end }
  })
}
