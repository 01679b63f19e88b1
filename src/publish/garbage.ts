import type { Storage } from '../storage/storage.js'
import type { Clock } from './lease.js'
import { manifestKey, releaseOfRun } from './manifest.js'
import type { Release } from './release.js'

export interface Retention {
  /** Releases to keep, the current one included. */
  keepReleases: number
  /** How long a release is kept after a newer one has come: a reader may hold a pointer that it read a while ago. */
  keepHours: number
  /** How long the record of a run is kept whose release is not. */
  keepRecordDays: number
  now?: Clock
}

const hourMs = 3600 * 1000

/**
 * Deletes data files that no kept release refers to, and records of runs that are older than they need to be, and returns
 * their keys. `release` is the one that the caller has just published: later ones take over files of it or bring young
 * ones, so that even a caller who was overtaken deletes nothing that counts.
 */
export async function collectGarbage(
  storage: Storage,
  release: Release,
  retention: Retention,
): Promise<string[]> {
  const time = (retention.now ?? Date.now)()
  const kept = await keptReleases(storage, release, retention, time)
  if (kept === undefined) return []
  const garbage = [
    ...(await oldKeys(storage, 'tables/', time - retention.keepHours * hourMs)).filter(isDataKey),
    ...(await oldKeys(storage, '_runs/', time - retention.keepRecordDays * 24 * hourMs)).filter(
      isRecordKey,
    ),
  ]
  const needed = new Set(kept.flatMap(keysOf))
  const unneeded = garbage.filter((key) => !needed.has(key))
  await storage.delete(unneeded)
  return unneeded
}

async function oldKeys(storage: Storage, prefix: string, before: number): Promise<string[]> {
  const keys: string[] = []
  for await (const { key, modifiedAt } of storage.list(prefix))
    if (modifiedAt.getTime() <= before) keys.push(key)
  return keys
}

/** Files of runs; a table's other folders and whatever else lies there are not ours to delete. */
const isDataKey = (key: string): boolean =>
  /^tables\/[^/]+\/data\/[^/]+\/part-\d{4}\.parquet$/.test(key)

const isRecordKey = (key: string): boolean => /^_runs\/[^/]+\/manifest\.json$/.test(key)

const keysOf = ({ release, tables }: Release): string[] => [
  manifestKey(release),
  ...Object.values(tables).flatMap(({ files }) => files.map(({ key }) => key)),
]

/** Undefined when one of them has no manifest, so that nobody can tell. */
async function keptReleases(
  storage: Storage,
  newest: Release,
  { keepReleases, keepHours }: Retention,
  time: number,
): Promise<Release[] | undefined> {
  const kept = [newest]
  for (;;) {
    const release = kept.at(-1)!
    // The release before was current until this one came.
    const age = time - Date.parse(release.published_at)
    const isLast = kept.length >= keepReleases && age >= keepHours * hourMs
    if (release.previous === null || isLast) return kept
    const before = await releaseOfRun(storage, release.previous)
    if (before === undefined) return undefined
    kept.push(before)
  }
}
