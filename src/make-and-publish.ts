import { allDone } from './all-done.js'
import type { Checkpoints } from './checkpoint/checkpoints.js'
import { ownFiles } from './config-digest.js'
import { inClearedWork } from './engine-module.js'
import { openToGoOn } from './increment/go-on.js'
import { makeIncrement } from './increment/make-increment.js'
import {
  exportFolderOf,
  type Inputs,
  keptDatabaseOf,
  type MadeTables,
  type MakeOptions,
  makeTables,
} from './make-tables.js'
import { inputsDigest } from './publish/inputs-digest.js'
import type { Lease } from './publish/lease.js'
import { publishRelease } from './publish/publish.js'
import type { Release } from './publish/release.js'
import type { OpenState } from './state/state.js'
import { keepState } from './state/state-files.js'
import { stateFolderOf } from './state/state-folder.js'

export interface PublishOptions {
  lease: Lease
  /** Etag of the pointer when the run began; undefined when there was none. */
  expected: string | undefined
  /** Makes every table again from all objects, whatever an earlier run has kept. */
  full: boolean
  checkpoints: Checkpoints
  /** Tables that batches have brought up to date since the last release, still open; closed here. */
  held?: OpenState | undefined
}

export type Published = Pick<MadeTables, 'scope' | 'figures' | 'restated' | 'summary'> & {
  release: Release
}

/** Brings every table up to date with the objects, and publishes them as one release under the id of the lease. */
export async function makeAndPublish(
  options: MakeOptions,
  inputs: Inputs,
  { lease, expected, full, checkpoints, held }: PublishOptions,
): Promise<Published> {
  const { config, version } = options
  const { warehouse, objects, configHash } = inputs
  return inClearedWork(config, inputs, async () => {
    const { tables, record, left, keep, ...made } = await makeOrUpdate(
      options,
      inputs,
      full ? 'full' : checkpoints.restore,
      held,
    )
    options.onProgress?.('publishing')
    const published = publishRelease(warehouse, {
      lease,
      expected,
      tables,
      inputsDigest: inputsDigest(objects, configHash, version),
      manifest: {
        ...record,
        config_hash: configHash,
        project_files: ownFiles(options.projectFolder),
      },
      keepReleases: config.run.keep_releases,
      keepHours: config.run.keep_hours,
      keepRecordDays: config.run.keep_record_days,
    })
    await allDone([published, left])
    const release = await published
    await keep?.()
    await checkpoints.begin(release.release)
    return { ...made, release }
  })
}

/** Goes on from what an earlier run has kept, or makes everything; `keep` is then for after the publish. */
async function makeOrUpdate(
  options: MakeOptions,
  inputs: Inputs,
  restore: 'full' | Checkpoints['restore'],
  held: OpenState | undefined,
): Promise<MadeTables & { keep?: () => Promise<void> }> {
  const { config } = options
  const { configHash, workFolder, previous, run } = inputs
  const wanted = { configHash, workFolder, release: previous?.release ?? null }
  const state =
    restore === 'full'
      ? undefined
      : await openToGoOn(config, { ...wanted, restore }, inputs.objects, held)
  const database = keptDatabaseOf(workFolder)
  if (state) {
    const made = await makeIncrement(options, inputs, state)
    await keepState(config, { database })
    return made
  }
  const isKept = stateFolderOf(config) !== undefined
  const made = await makeTables(options, inputs, isKept)
  if (!isKept) return made
  const published = { folder: exportFolderOf(workFolder), release: run }
  return { ...made, keep: () => keepState(config, { database, published }) }
}
