import { partIdsWithin } from '../collect/log-objects.js'
import type { RawObject } from '../collect/raw-objects.js'

/** An object of a log in which others were merged, and their ids. */
export interface KnownMerge {
  object: RawObject
  parts: string[]
}

/** Merged objects whose every part has been read, so that nothing of them is new. */
export function knownMerges(
  objects: readonly RawObject[],
  read: ReadonlyMap<string, unknown>,
): KnownMerge[] {
  const merged = objects.filter(({ objectId, log }) => log?.merged && !read.has(objectId))
  if (merged.length === 0) return []
  const known = [...read.keys()]
  return merged
    .map((object) => ({ object, parts: partIdsWithin(known, object) }))
    .filter(({ object, parts }) => parts.length === object.log!.merged!.parts)
}
