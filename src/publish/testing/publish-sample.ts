import type { Storage } from '../../storage/storage.js'
import { repairLatest } from '../latest.js'
import { acquireLease, type Clock } from '../lease.js'
import type { RunRecord } from '../manifest.js'
import { publishRelease } from '../publish.js'
import { type Release, readRelease } from '../release.js'
import { createRunId } from '../run-id.js'
import type { MadeTable } from '../upload.js'

export const sampleRecord: RunRecord = {
  exit_status: 0,
  as_of_micros: 0,
  inputs: [],
  checks: [],
  timings_seconds: {},
  config_hash: 'sha256:sample',
  project_files: [],
  versions: {},
}

interface SampleOptions {
  leaseSeconds?: number
  keepReleases?: number
  keepHours?: number
  keepRecordDays?: number
  now?: Clock
}

/** One whole run as the job does it: lease, repair, read the pointer, publish, give the lease back. */
export async function publishSample(
  storage: Storage,
  tables: readonly MadeTable[],
  options: SampleOptions = {},
): Promise<Release> {
  const now = options.now ?? Date.now
  const seconds = options.leaseSeconds ?? 60
  const lease = await acquireLease(storage, { run: createRunId(now()), seconds, now })
  try {
    await repairLatest(storage)
    const current = await readRelease(storage)
    return await publishRelease(storage, {
      lease,
      expected: current?.etag,
      tables,
      inputsDigest: 'sha256:sample',
      manifest: sampleRecord,
      keepReleases: options.keepReleases ?? 2,
      keepHours: options.keepHours ?? 24,
      keepRecordDays: options.keepRecordDays ?? 90,
      now,
    })
  } finally {
    await lease.release()
  }
}
