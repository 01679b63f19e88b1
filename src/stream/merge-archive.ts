import { buffer } from 'node:stream/consumers'
import { hourArchived, type LogPlace, logObject, logObjectKey } from '../collect/log-objects.js'
import type { RawObject } from '../collect/raw-objects.js'
import { ThroughlineError } from '../errors.js'
import type { Storage } from '../storage/storage.js'
import { lineFeed, listed, longestGap } from './archive.js'
import { nameOf } from './log-driver.js'

/** An archived object of a log. */
export type ArchivedObject = RawObject & { log: LogPlace }

/** One object that has the lines of others, in their order. */
export interface Merge {
  object: RawObject
  parts: readonly RawObject[]
}

/**
 * What may be merged: neighbours of one partition that were archived in the same hour and are small beside `maxBytes`, up
 * to which they become one. The latest hour of a partition may still be going on, by the store's clock, and is left alone.
 */
export const mergeableGroups = (
  objects: readonly ArchivedObject[],
  maxBytes: number,
): ArchivedObject[][] =>
  byPartition(objects)
    .flatMap((partition) => groupsOf(partition, maxBytes))
    .filter((group) => group.length > 1)

function groupsOf(partition: readonly ArchivedObject[], maxBytes: number): ArchivedObject[][] {
  const lastHour = partition.map(hourOf).sort().at(-1)
  const isMergeable = (object: ArchivedObject): boolean =>
    !object.log.merged && object.bytes <= maxBytes / 2 && hourOf(object) !== lastHour
  const groups: ArchivedObject[][] = []
  let bytes = 0
  for (const object of partition) {
    const group = groups.at(-1)
    const [before] = group ?? []
    const isOfGroup =
      before !== undefined &&
      isMergeable(before) &&
      isMergeable(object) &&
      hourOf(before) === hourOf(object) &&
      bytes + object.bytes <= maxBytes
    if (isOfGroup) group!.push(object)
    else groups.push([object])
    bytes = isOfGroup ? bytes + object.bytes : object.bytes
  }
  return groups
}

function byPartition(objects: readonly ArchivedObject[]): ArchivedObject[][] {
  const partitions = new Map<string, ArchivedObject[]>()
  for (const object of objects) {
    const name = nameOf(object.log)
    const partition = partitions.get(name) ?? []
    partitions.set(name, partition)
    partition.push(object)
  }
  return [...partitions.values()].map((partition) =>
    partition.sort((a, b) => a.log.first - b.log.first),
  )
}

const hourOf = (object: ArchivedObject): string => hourArchived(object.log, object)

/** Neighbours without a wide gap between them, and what becomes of them. */
interface Stretch {
  parts: ArchivedObject[]
  contents: Buffer[]
  /** The offset after the last line. */
  next: number
}

/** Writes a group as one object, or as several where wide gaps part them; the parts stay. */
export async function mergeGroup(
  archive: Storage,
  group: readonly ArchivedObject[],
): Promise<Merge[]> {
  const stretches: Stretch[] = []
  for (const part of group) {
    const content = await buffer(await archive.read(part.key, part.etag))
    const { first } = part.log
    const last = stretches.at(-1)
    const stretch =
      last && first - last.next <= longestGap ? last : { parts: [], contents: [], next: first }
    if (stretch !== last) stretches.push(stretch)
    stretch.contents.push(Buffer.alloc(first - stretch.next, lineFeed), content)
    stretch.parts.push(part)
    stretch.next = first + linesOf(content)
  }
  const merges: Merge[] = []
  for (const stretch of stretches)
    if (stretch.parts.length > 1) merges.push(await mergeStretch(archive, stretch))
  return merges
}

async function mergeStretch(archive: Storage, { parts, contents, next }: Stretch): Promise<Merge> {
  const [{ source, log }] = parts as [ArchivedObject, ...ArchivedObject[]]
  const hour = hourOf(parts[0]!)
  const place = { ...log, merged: { last: next - 1, parts: parts.length, hour } }
  const key = logObjectKey(place)
  await writeOnce(archive, key, Buffer.concat(contents))
  return { object: logObject(source, place, await listed(archive, key)), parts }
}

/** An attempt that failed after it had written has left the same: the name says which offsets are in an object. */
async function writeOnce(archive: Storage, key: string, content: Buffer): Promise<void> {
  try {
    await archive.write(key, content, { ifAbsent: true })
  } catch (error) {
    const isThere = error instanceof ThroughlineError && error.code === 'conflict'
    if (!isThere || (await listed(archive, key)).bytes !== content.length) throw error
  }
}

function linesOf(content: Buffer): number {
  let lines = 0
  for (const byte of content) if (byte === lineFeed) lines++
  return lines
}

/** The objects with merged ones in the place of their parts. */
export function withMerged(objects: readonly RawObject[], merges: readonly Merge[]): RawObject[] {
  const instead = new Map(
    merges.flatMap(({ object, parts }) =>
      parts.map((part, index) => [part.objectId, index === 0 ? [object] : []] as const),
    ),
  )
  return objects.flatMap((object) => instead.get(object.objectId) ?? [object])
}
