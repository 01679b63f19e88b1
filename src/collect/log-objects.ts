import type { Storage, StoredObject } from '../storage/storage.js'
import type { Partition } from '../stream/log-source.js'
import { hashOf } from './object-id.js'
import type { RawObject } from './raw-objects.js'

/** The stretch of a log that an archived object holds: its line i is offset `first + i - 1`. */
export interface LogPlace extends Partition {
  first: number
}

/** As many digits as the greatest offset has, so that keys and ids are in order of offset. */
const digits = 20

const partitionKey = ({ topic, partition }: Partition): string => `${topic}/${partition}`

export const logObjectKey = (place: LogPlace): string =>
  `${partitionKey(place)}/${padded(place.first)}.ndjson`

/**
 * An archived object as the source that reads it knows it. Its id is that of the partition and then the offset: ids and
 * row numbers together are in order of offset, however the log was cut into objects.
 */
export const logObject = (source: string, log: LogPlace, stored: StoredObject): RawObject => ({
  ...stored,
  source,
  log,
  objectId: `${hashOf(source, partitionKey(log))}-${padded(log.first)}`,
})

/** Whether an object of this id holds records of a log. */
export const isOfLog = (objectId: string): boolean => objectId.includes('-')

/** The archived objects of a topic, those of a partition in order of offset. */
export async function listLogObjects(
  archive: Storage,
  source: string,
  topic: string,
): Promise<RawObject[]> {
  const objects: RawObject[] = []
  for await (const stored of archive.list(`${topic}/`)) {
    const [, partition, first] =
      /^(\d+)\/(\d{20})\.ndjson$/.exec(stored.key.slice(topic.length + 1)) ?? []
    if (first === undefined) continue
    objects.push(
      logObject(source, { topic, partition: Number(partition), first: Number(first) }, stored),
    )
  }
  return objects
}

const padded = (offset: number): string => String(offset).padStart(digits, '0')
