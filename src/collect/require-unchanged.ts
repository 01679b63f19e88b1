import type { Config } from '../config.js'
import { changedError } from '../storage/object-errors.js'
import { urlOf } from '../storage/place.js'
import { listRawObjects, type RawObject, storageOf, type Zones } from './raw-objects.js'

/** Fails when an object that was read where it lies, without its version being asked for, is not the listed one any more. */
export async function requireUnchanged(
  zones: Zones,
  sources: Config['sources'],
  objects: readonly RawObject[],
): Promise<void> {
  const now = new Map(
    (await listRawObjects(zones, sources)).map(({ objectId, etag }) => [objectId, etag]),
  )
  const changed = objects.find(({ objectId, etag }) => now.get(objectId) !== etag)
  if (changed) throw changedError(urlOf(storageOf(zones, changed).url, changed.key))
}
