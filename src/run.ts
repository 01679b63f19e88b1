import { checkConfig } from './check-config.js'
import { checkDefaultStage } from './check-stage.js'
import { createCheckpoints } from './checkpoint/checkpoints.js'
import { listRawObjects } from './collect/raw-objects.js'
import { configDigest } from './config-digest.js'
import { makeAndPublish, type Published } from './make-and-publish.js'
import type { Inputs, MakeOptions } from './make-tables.js'
import { noticesBefore } from './notices-before.js'
import { followable } from './prepare.js'
import { inputsDigest } from './publish/inputs-digest.js'
import { repairLatest } from './publish/latest.js'
import type { Lease } from './publish/lease.js'
import { type Release, readRelease } from './publish/release.js'
import { onSignal } from './signals.js'
import { openStorages } from './storages.js'
import { withLease } from './with-lease.js'

export interface RunOptions extends MakeOptions {
  /** Runs even when inputs and config are those of the last release. */
  force?: boolean
  /** Makes every table again from all objects, whatever an earlier run has kept. */
  full?: boolean
}

export type RunResult =
  | { status: 'nothing_new'; release: Release; objects: number }
  | ({ status: 'published' } & Published)

/** Runs the whole job: raw objects in, one release of all tables out, or nothing at all. */
export async function runJob(given: RunOptions): Promise<RunResult> {
  await checkConfig(given.config, given.projectFolder)
  const options = { ...given, config: await followable(given.config) }
  checkDefaultStage(options.config, options.projectFolder)
  const { zones, warehouse } = openStorages(options.config)
  return withLease(options.config, warehouse, async ({ lease, workFolder, cleanUp }) => {
    const signalsOff = onSignal(cleanUp, options.onNotice)
    try {
      const objects = await listRawObjects(zones, options.config.sources)
      return await runOn(options, { zones, warehouse, objects, workFolder }, lease)
    } finally {
      signalsOff()
    }
  })
}

async function runOn(
  options: RunOptions,
  inputs: Omit<Inputs, 'previous' | 'run' | 'configHash'>,
  lease: Lease,
): Promise<RunResult> {
  const { config, version, projectFolder } = options
  const { warehouse, objects } = inputs
  const configHash = configDigest(config, version, projectFolder)
  const digest = inputsDigest(objects, configHash, version)
  const previous = await readRelease(warehouse)
  if (previous?.release.inputs_digest === digest && !options.force && !options.full) {
    await repairLatest(warehouse)
    return { status: 'nothing_new', release: previous.release, objects: objects.length }
  }
  const asked = { objects, warehouse, release: previous?.release.release, projectFolder }
  for (const notice of await noticesBefore(asked)) options.onNotice?.(notice)
  const checkpoints = createCheckpoints({
    ...options,
    configHash,
    warehouse,
    lease,
    minutes: options.config.run.checkpoint_minutes,
    partsAtATime: 2,
  })
  const made = await makeAndPublish(
    options,
    { ...inputs, previous: previous?.release, run: lease.run, configHash },
    { lease, expected: previous?.etag, full: options.full ?? false, checkpoints },
  )
  options.onProgress?.('storing a checkpoint')
  await checkpoints.settle()
  return { status: 'published', ...made }
}
