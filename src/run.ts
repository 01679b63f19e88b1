import { rm } from 'node:fs/promises'
import { checkConfig } from './check-config.js'
import { checkDefaultStage } from './check-stage.js'
import { listRawObjects } from './collect/raw-objects.js'
import { configDigest } from './config-digest.js'
import { makeIncrement } from './increment/make-increment.js'
import {
  exportFolderOf,
  type Inputs,
  keptDatabaseOf,
  type MadeTables,
  type MakeOptions,
  makeTables,
  type RunScope,
} from './make-tables.js'
import { makeWorkFolder } from './prepare.js'
import { inputsDigest } from './publish/inputs-digest.js'
import { repairLatest } from './publish/latest.js'
import { acquireLease, type Lease } from './publish/lease.js'
import { publishRelease } from './publish/publish.js'
import { type Release, readRelease } from './publish/release.js'
import { createRunId } from './publish/run-id.js'
import { onSignal } from './signals.js'
import { keepState, openState } from './state/state.js'
import { stateFolderOf } from './state/state-folder.js'
import { openStorages } from './storages.js'
import type { RunSummary } from './summary.js'

export interface RunOptions extends MakeOptions {
  /** Runs even when inputs and config are those of the last release. */
  force?: boolean
  /** Makes every table again from all objects, whatever an earlier run has kept. */
  full?: boolean
}

export type RunResult =
  | { status: 'nothing_new'; release: Release; objects: number }
  | { status: 'published'; release: Release; scope: RunScope; summary: RunSummary }

/** Seconds for which a lease holds without renewal; a killed run blocks the next one no longer than this. */
const leaseSeconds = 60

/** Runs the whole job: raw objects in, one release of all tables out, or nothing at all. */
export async function runJob(options: RunOptions): Promise<RunResult> {
  await checkConfig(options.config, options.projectFolder)
  checkDefaultStage(options.config, options.projectFolder)
  const { raw, warehouse } = openStorages(options.config)
  const workFolder = await makeWorkFolder(options.config)
  // Tried again, since after a signal objects may still be landing in it.
  const removeWork = () => rm(workFolder, { recursive: true, force: true, maxRetries: 5 })
  const lease = await acquireLease(warehouse, { run: createRunId(), seconds: leaseSeconds }).catch(
    async (error: unknown) => {
      await removeWork()
      throw error
    },
  )
  const cleanUp = async () => {
    await lease.release()
    await removeWork()
  }
  const signalsOff = onSignal(cleanUp)
  try {
    const objects = await listRawObjects(raw, options.config.sources)
    return await runOn(options, { raw, warehouse, objects, workFolder }, lease)
  } finally {
    signalsOff()
    await cleanUp()
  }
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
  const { tables, record, summary, scope, keep } = await makeOrUpdate(options, {
    ...inputs,
    previous: previous?.release,
    run: lease.run,
    configHash,
  })
  options.onProgress?.('publishing')
  const release = await publishRelease(warehouse, {
    lease,
    expected: previous?.etag,
    tables,
    inputsDigest: digest,
    manifest: { ...record, config_hash: configHash },
    keepReleases: config.run.keep_releases,
  })
  await keep?.()
  return { status: 'published', release, scope, summary }
}

/** Goes on from what an earlier run has kept, or makes everything; `keep` is then for after the publish. */
async function makeOrUpdate(
  options: RunOptions,
  inputs: Inputs,
): Promise<MadeTables & { keep?: () => Promise<void> }> {
  const { config } = options
  const { configHash, workFolder, previous } = inputs
  const wanted = { configHash, workFolder, release: previous?.release ?? null }
  const state = options.full ? undefined : await openState(config, wanted)
  const database = keptDatabaseOf(workFolder)
  if (state) {
    const made = await makeIncrement(options, inputs, state)
    await keepState(config, { database })
    return made
  }
  const isKept = stateFolderOf(config) !== undefined
  const made = await makeTables(options, inputs, isKept)
  if (!isKept) return made
  const published = exportFolderOf(workFolder)
  return { ...made, keep: () => keepState(config, { database, published }) }
}
