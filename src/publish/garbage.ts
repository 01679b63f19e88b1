import type { Storage } from '../storage/storage.js'
import type { Clock } from './lease.js'
import { releaseOfRun } from './manifest.js'
import type { Release } from './release.js'

export interface Retention {
  /** Releases to keep, the current one included. */
  keepReleases: number
  now?: Clock
}

// A reader may hold a pointer that it read a while ago, and a run may still be uploading.
const minimumAgeMs = 24 * 3600 * 1000

/**
 * Deletes data files that no kept release refers to, and returns their keys. `release` is the one that the
 * caller has just published: later ones take over files of it or bring young ones, so that even a caller
 * who was overtaken deletes nothing that counts.
 */
export async function collectGarbage(
  storage: Storage,
  release: Release,
  retention: Retention,
): Promise<string[]> {
  const time = (retention.now ?? Date.now)()
  const kept = await keptKeys(storage, release, retention.keepReleases, time)
  if (kept === undefined) return []
  const garbage = []
  for await (const { key, modifiedAt } of storage.list('tables/')) {
    const isOld = time - modifiedAt.getTime() >= minimumAgeMs
    if (isOld && isDataKey(key) && !kept.has(key)) garbage.push(key)
  }
  await storage.delete(garbage)
  return garbage
}

/** Files of runs; a table's other folders and whatever else lies there are not ours to delete. */
const isDataKey = (key: string): boolean =>
  /^tables\/[^/]+\/data\/[^/]+\/part-\d{4}\.parquet$/.test(key)

/** Files of the kept releases; undefined when one of them has no manifest, so that nobody can tell. */
async function keptKeys(
  storage: Storage,
  newest: Release,
  keepReleases: number,
  time: number,
): Promise<Set<string> | undefined> {
  const keys = new Set<string>()
  let release = newest
  for (let count = 1; ; count++) {
    for (const { files } of Object.values(release.tables))
      for (const { key } of files) keys.add(key)
    // The release before was current until this one came.
    const age = time - Date.parse(release.published_at)
    const isLast = count >= keepReleases && age >= minimumAgeMs
    if (release.previous === null || isLast) return keys
    const before = await releaseOfRun(storage, release.previous)
    if (before === undefined) return undefined
    release = before
  }
}
