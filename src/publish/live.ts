import type { WrittenFile } from '../engines/engine.js'
import type { Storage } from '../storage/storage.js'

const prefix = 'live/'
const ownKey = /^live\/[^/]+\/release=([^/]+)\/[^/]+\.parquet$/

/** A file of rows that are newer than the release's rows of the same keys. */
export interface LiveFile {
  table: string
  file: WrittenFile
}

/** Puts rows that a run has made since a release beside it: of two files the one of the greater name is the newer. */
export async function publishLive(
  storage: Storage,
  { release, run }: { release: string; run: string },
  files: readonly LiveFile[],
): Promise<void> {
  for (const { table, file } of files)
    await storage.write(`${prefix}${table}/release=${release}/${run}.parquet`, { file: file.path })
}

/**
 * Deletes what was put beside releases older than this one, whose ids are smaller. Given the release before the current
 * one, so that who has just listed its files can still read them.
 */
export async function clearLive(storage: Storage, release: string): Promise<void> {
  const stale: string[] = []
  for await (const { key } of storage.list(prefix)) {
    const [, beside] = ownKey.exec(key) ?? []
    if (beside !== undefined && beside < release) stale.push(key)
  }
  await storage.delete(stale)
}
