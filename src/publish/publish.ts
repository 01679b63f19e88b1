import { ThroughlineError } from '../errors.js'
import type { Storage } from '../storage/storage.js'
import { collectGarbage, type Retention } from './garbage.js'
import { repairLatest } from './latest.js'
import type { Lease } from './lease.js'
import { clearLive } from './live.js'
import { isRecorded, type RunRecord, writeManifest } from './manifest.js'
import { pointerKey, type Release, readRelease, swapPointer } from './release.js'
import { type KeptTable, type MadeTable, uploadTables } from './upload.js'

/** All that a run publishes. */
export interface Publication extends Retention {
  lease: Lease
  /** Etag of the pointer when the run began; undefined when there was none. */
  expected: string | undefined
  tables: readonly (MadeTable | KeptTable)[]
  inputsDigest: string
  manifest: RunRecord
}

/**
 * Publishes all tables or none: uploads them, writes the manifest, swaps the pointer, then refreshes
 * `latest/` and deletes what no kept release needs, and live rows of before the previous one. Throws `conflict` when
 * another run came first. An error after the swap leaves the release standing, and the next run repairs `latest/`.
 */
export async function publishRelease(storage: Storage, publication: Publication): Promise<Release> {
  const { lease, expected, inputsDigest } = publication
  await requireNewRun(storage, lease.run)
  const previous = await requireExpected(storage, expected)
  const tables = await uploadTables(storage, lease.run, publication.tables, previous)
  const release: Release = {
    format: 1,
    release: lease.run,
    published_at: new Date((publication.now ?? Date.now)()).toISOString(),
    previous: previous?.release ?? null,
    inputs_digest: inputsDigest,
    tables,
  }
  await writeManifest(storage, lease.run, { ...publication.manifest, release })
  await lease.renew()
  await swapPointer(storage, release, expected)
  await repairLatest(storage)
  if (release.previous !== null) await clearLive(storage, release.previous)
  await collectGarbage(storage, release, publication)
  return release
}

/** The files of a run are written once: a second attempt needs an id of its own. */
async function requireNewRun(storage: Storage, run: string): Promise<void> {
  if (!(await isRecorded(storage, run))) return
  throw new ThroughlineError({
    code: 'bug',
    at: run,
    expected: 'a run id that no run has used',
    found: 'one that has a manifest',
    remedy: 'Give each run an id of its own.',
  })
}

async function requireExpected(
  storage: Storage,
  expected: string | undefined,
): Promise<Release | undefined> {
  const current = await readRelease(storage)
  if (current?.etag === expected) return current?.release
  throw new ThroughlineError({
    code: 'conflict',
    at: pointerKey,
    expected: 'the release that this run began from',
    found: current ? `release ${current.release.release}` : 'none',
    remedy: 'Another run has published; run again.',
    retryable: true,
  })
}
