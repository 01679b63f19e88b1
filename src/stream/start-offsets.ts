import { type LogPlace, logObjectKey } from '../collect/log-objects.js'
import type { RawObject } from '../collect/raw-objects.js'
import type { LogPosition } from '../state/log-positions.js'
import type { Storage } from '../storage/storage.js'
import { lineFeed } from './archive.js'
import { nameOf } from './log-driver.js'

/**
 * Where the reading of each partition starts: after what is archived, which counts as read whether or not the tables
 * have it already, or further on where the tables know that nothing follows for a while.
 */
export async function startOffsets(
  archive: Storage,
  archived: readonly RawObject[],
  positions: readonly LogPosition[],
): Promise<Map<string, LogPosition>> {
  const starts = new Map(positions.map((position) => [nameOf(position), position]))
  for (const place of lastPlaces(archived)) {
    const known = starts.get(nameOf(place))
    if (known && known.next > (place.merged?.last ?? place.first)) continue
    const { topic, partition } = place
    starts.set(nameOf(place), { topic, partition, next: await endOf(archive, place) })
  }
  return starts
}

/** The last object of each partition; objects come in order of offset. */
function lastPlaces(archived: readonly RawObject[]): LogPlace[] {
  const places = new Map<string, LogPlace>()
  for (const { log } of archived) if (log) places.set(nameOf(log), log)
  return [...places.values()]
}

/** The offset after the last record of an object, which has a line an offset. */
async function endOf(archive: Storage, place: LogPlace): Promise<number> {
  if (place.merged) return place.merged.last + 1
  let end = place.first
  for await (const chunk of await archive.read(logObjectKey(place))) {
    for (const byte of chunk as Buffer) if (byte === lineFeed) end++
  }
  return end
}
