import { type LogPlace, logObject, logObjectKey } from '../collect/log-objects.js'
import type { RawObject } from '../collect/raw-objects.js'
import { ThroughlineError } from '../errors.js'
import { inParallel } from '../publish/parallel.js'
import type { Storage, StoredObject } from '../storage/storage.js'
import type { LogRecord } from './log-source.js'

/** Offsets without a record that an object may span as empty lines; beyond them another object begins. */
export const longestGap = 1000

/** Records of one partition that become one object. */
interface Stretch extends LogPlace {
  records: LogRecord[]
}

/**
 * Puts the records of a batch into the archive, an object a stretch of a partition, in order of offset. Each object is
 * written once: what a stream that died has left counts as read, so that the archive never holds an offset twice.
 * Throws `conflict` when another stream writes to the same archive.
 */
export async function archiveRecords(
  archive: Storage,
  records: readonly LogRecord[],
  sourceOf: (topic: string) => string,
): Promise<RawObject[]> {
  const written = await inParallel([...stretchesOf(records).values()], async (stretches) => {
    const objects: RawObject[] = []
    for (const stretch of stretches)
      objects.push(await archiveStretch(archive, stretch, sourceOf(stretch.topic)))
    return objects
  })
  return written.flat()
}

/** By partition; a tombstone is no record, since what exporters call a deletion is a record of its own. */
function stretchesOf(records: readonly LogRecord[]): Map<string, Stretch[]> {
  const partitions = new Map<string, Stretch[]>()
  for (const record of records) {
    if (record.value === null) continue
    const { topic, partition, offset } = record
    const name = `${topic}/${partition}`
    const stretches = partitions.get(name) ?? []
    partitions.set(name, stretches)
    const last = stretches.at(-1)?.records
    if (last && offset - last.at(-1)!.offset <= longestGap) last.push(record)
    else stretches.push({ topic, partition, first: offset, records: [record] })
  }
  return partitions
}

async function archiveStretch(
  archive: Storage,
  { records, ...place }: Stretch,
  source: string,
): Promise<RawObject> {
  const key = logObjectKey(place)
  try {
    await archive.write(key, linesOf(records), { ifAbsent: true })
  } catch (error) {
    if (error instanceof ThroughlineError && error.code === 'conflict')
      throw rivalError(archive, key, error)
    throw error
  }
  // As listed, not as written: when the object was stored is for the store to say, now and in a later run.
  return logObject(source, place, await listed(archive, key))
}

/** An object as the store lists it. */
export async function listed(archive: Storage, key: string): Promise<StoredObject> {
  for await (const stored of archive.list(key)) if (stored.key === key) return stored
  throw new ThroughlineError({
    code: 'source',
    at: `${archive.url}/${key}`,
    expected: 'the object that has just been written',
    found: 'none',
    remedy: 'Nobody else may write to, or delete from, the archive; run again.',
    retryable: true,
  })
}

export const lineFeed = 10
const carriageReturn = 13
const blank = 32

/** A line an offset, empty where there is no record. */
function linesOf(records: readonly LogRecord[]): Buffer {
  const parts: Buffer[] = []
  let next = records[0]!.offset
  for (const { offset, value } of records) {
    parts.push(Buffer.alloc(offset - next, lineFeed), lineOf(value!))
    next = offset + 1
  }
  return Buffer.concat(parts)
}

/** Line ends can only be white space in JSON, and what is no JSON stays none. */
function lineOf(value: Buffer): Buffer {
  const line = Buffer.alloc(Math.max(value.length, 1) + 1, blank)
  value.copy(line)
  for (const end of [lineFeed, carriageReturn]) {
    for (let at = line.indexOf(end); at !== -1; at = line.indexOf(end, at + 1)) line[at] = blank
  }
  line[line.length - 1] = lineFeed
  return line
}

const rivalError = (archive: Storage, key: string, cause: unknown): ThroughlineError =>
  new ThroughlineError({
    code: 'conflict',
    at: `${archive.url}/${key}`,
    expected: 'no such object yet',
    found: 'records that another stream has archived',
    remedy: 'Only one stream may read a topic into a warehouse; end the other one, then run again.',
    cause,
  })
