import { createBacklog, hasRoom, type OpenBatch } from './backlog.js'
import { type LogDriver, nameOf } from './log-driver.js'
import type { LogBatch, LogSource, PollLimits, Position, ReadOptions } from './log-source.js'
import { createPatience, type Patience } from './patience.js'
import { startingPlaces } from './places.js'

/** A log that is just starting up is waited for; so long, too, has to wait who gave a wrong address. */
const openingMilliseconds = 5_000

/** Makes a source of a driver; a log that cannot be reached, or has no such topic, is an error. */
export async function openLog(
  driver: LogDriver,
  { startOf, skipLost = false, patienceMilliseconds = 60_000 }: Omit<ReadOptions, 'topics'>,
): Promise<LogSource> {
  const reader = createReader(driver, { startOf, skipLost })
  const patience = createPatience(patienceMilliseconds)
  let closed = false
  await open(driver, reader)
  return {
    async poll(limits) {
      const deadline = performance.now() + limits.milliseconds
      await patience.during(reader.follow, limits.milliseconds)
      return fillBatch(reader, limits, () => (closed ? 0 : deadline - performance.now()), patience)
    },
    async close() {
      closed = true
      await driver.close()
    },
  }
}

async function open(driver: LogDriver, reader: Reader): Promise<void> {
  const patience = createPatience(openingMilliseconds)
  try {
    while (!reader.isAssigned()) await patience.during(reader.follow, openingMilliseconds)
  } catch (error) {
    await driver.close()
    throw error
  }
}

async function fillBatch(
  reader: Reader,
  limits: PollLimits,
  left: () => number,
  patience: Patience,
): Promise<LogBatch> {
  const batch: OpenBatch = { limits, records: [], bytes: 0 }
  while (reader.moveTo(batch) && left() > 0) {
    try {
      await patience.during(() => reader.fetch(limits.bytes, left()), left())
    } catch (error) {
      // What closing cut off is no failure; and records already taken go out first, the failure will come again.
      if (left() > 0 && batch.records.length === 0) throw error
      break
    }
  }
  return { records: batch.records, positions: reader.positions() }
}

interface Reader {
  /** Follows the assignment; only between batches, so that a batch and its positions always agree. */
  follow(): Promise<void>
  /** Whether it ever followed, be it to no partition at all. */
  isAssigned(): boolean
  fetch(bytes: number, milliseconds: number): Promise<void>
  /** Moves what is at hand into the batch; true when more could follow. */
  moveTo(batch: OpenBatch): boolean
  positions(): Position[]
}

function createReader(
  driver: LogDriver,
  { startOf, skipLost }: Required<Pick<ReadOptions, 'startOf' | 'skipLost'>>,
): Reader {
  const places = new Map<string, Position>()
  const backlog = createBacklog()
  let revision: number | undefined
  return {
    async follow() {
      const assignment = await driver.assigned()
      if (assignment.revision !== revision) {
        places.clear()
        backlog.clear()
      }
      const added = assignment.partitions.filter((one) => !places.has(nameOf(one)))
      if (added.length > 0) {
        for (const place of await startingPlaces(driver, added, startOf, skipLost)) {
          places.set(nameOf(place), place)
        }
      }
      revision = assignment.revision
    },
    isAssigned: () => revision !== undefined,
    async fetch(bytes, milliseconds) {
      const from = [...places.values()].map((place) => ({ ...place, offset: place.next }))
      for (const chunk of await driver.fetch(from, bytes, milliseconds)) {
        const place = places.get(nameOf(chunk))
        // An answer to a question that an earlier assignment asked.
        if (place?.next !== chunk.from) continue
        place.end = chunk.end
        backlog.add(chunk)
      }
    },
    moveTo(batch) {
      backlog.moveTo(batch, (partition, next) => {
        places.get(nameOf(partition))!.next = next
      })
      return backlog.isEmpty() && hasRoom(batch)
    },
    positions: () => [...places.values()].map((place) => ({ ...place })),
  }
}
