import type { Storage, StoredObject } from '../storage/storage.js'
import type { Partition } from '../stream/log-source.js'
import { hashOf } from './object-id.js'
import type { RawObject } from './raw-objects.js'

/** The stretch of a log that an archived object holds: its line i is offset `first + i - 1`. */
export interface LogPlace extends Partition {
  first: number
  /** Of an object in which others have been merged: which ones. */
  merged?: MergedPlace
}

export interface MergedPlace {
  /** Offset of the last line. */
  last: number
  /** How many objects they were. */
  parts: number
  /** The hour of UTC in which all of them were archived, such as 2025-06-01T10. */
  hour: string
}

/** As many digits as the greatest offset has, so that keys and ids are in order of offset. */
const digits = 20

const partitionKey = ({ topic, partition }: Partition): string => `${topic}/${partition}`

export const logObjectKey = (place: LogPlace): string =>
  `${partitionKey(place)}/${offsetsOf(place)}${partsOf(place)}.ndjson`

const offsetsOf = ({ first, merged }: LogPlace): string =>
  merged ? `${padded(first)}-${padded(merged.last)}` : padded(first)

const partsOf = ({ merged }: LogPlace): string => (merged ? `-${merged.hour}-${merged.parts}` : '')

/**
 * An archived object as the source that reads it knows it. Its id is that of the partition and then the offset: ids and
 * row numbers together are in order of offset, however the log was cut into objects.
 */
export const logObject = (source: string, log: LogPlace, stored: StoredObject): RawObject => ({
  ...stored,
  source,
  log,
  objectId: `${hashOf(source, partitionKey(log))}-${offsetsOf(log)}`,
})

/** The hour of UTC in which the records of an object were archived. */
export const hourArchived = ({ merged }: LogPlace, { modifiedAt }: StoredObject): string =>
  merged?.hour ?? modifiedAt.toISOString().slice(0, 13)

/** When records of a log count as received: at the end of the hour, so that merging the objects of an hour moves nothing. */
export const receivedAt = (log: LogPlace, stored: StoredObject): Date =>
  new Date(Date.parse(`${hourArchived(log, stored)}:00:00Z`) + 3_600_000)

/** Whether an object of this id holds records of a log. */
export const isOfLog = (objectId: string): boolean => objectId.includes('-')

/** Of ids of objects, those whose lines a merged object has. */
export function partIdsWithin(ids: readonly string[], { objectId }: RawObject): string[] {
  const [partition, first, last] = objectId.split('-')
  const [from, to] = [`${partition}-${first}`, `${partition}-${last}`]
  return ids.filter((id) => id.length === from.length && id >= from && id <= to)
}

/** The archived objects of a topic that count, those of a partition in order of offset. */
export async function listLogObjects(
  archive: Storage,
  source: string,
  topic: string,
): Promise<RawObject[]> {
  return (await listTopic(archive, source, topic)).objects
}

/** All that the archive holds of a topic: what counts, and the keys of objects whose lines a merged one has. */
export async function listTopic(
  archive: Storage,
  source: string,
  topic: string,
): Promise<{ objects: RawObject[]; leftovers: string[] }> {
  const objects: RawObject[] = []
  const leftovers: string[] = []
  // A merged object is listed before its parts: a hyphen comes before a dot.
  let last = { partition: -1, offset: -1 }
  for await (const stored of archive.list(`${topic}/`)) {
    const place = placeOf(topic, stored.key)
    if (place === undefined) continue
    const { partition, first, merged } = place
    if (partition === last.partition && first <= last.offset) leftovers.push(stored.key)
    else objects.push(logObject(source, place, stored))
    if (merged) last = { partition, offset: merged.last }
  }
  return { objects, leftovers }
}

const keyPattern = /^(\d+)\/(\d{20})(?:-(\d{20})-(\d{4}-\d\d-\d\dT\d\d)-(\d+))?\.ndjson$/

function placeOf(topic: string, key: string): LogPlace | undefined {
  const found = keyPattern.exec(key.slice(topic.length + 1))
  if (found === null) return undefined
  const [, partition, first, last, hour, parts] = found
  const place = { topic, partition: Number(partition), first: Number(first) }
  if (hour === undefined) return place
  return { ...place, merged: { last: Number(last), parts: Number(parts), hour } }
}

const padded = (offset: number): string => String(offset).padStart(digits, '0')
