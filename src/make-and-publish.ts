import type { Checkpoints } from './checkpoint/checkpoints.js'
import { ownFiles } from './config-digest.js'
import { inClearedWork } from './engine-module.js'
import { openToGoOn } from './increment/go-on.js'
import { makeIncrement } from './increment/make-increment.js'
import {
  exportFolderOf,
  type Inputs,
  type MadeTables,
  type MakeOptions,
  makeTables,
} from './make-tables.js'
import { noticing } from './noticing.js'
import { inputsDigest } from './publish/inputs-digest.js'
import type { Lease } from './publish/lease.js'
import { publishRelease } from './publish/publish.js'
import type { Release } from './publish/release.js'
import type { OpenState } from './state/state.js'
import { forgetState, keepState } from './state/state-files.js'
import { stateFolderOf } from './state/state-folder.js'
import { workThenEnd } from './work-then-end.js'

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
  publishing: PublishOptions,
): Promise<Published> {
  const { config, version } = options
  const { lease, expected, checkpoints } = publishing
  const { warehouse, objects, configHash } = inputs
  const publish = async ({ tables, record, left, keep, ...made }: Omit<ToPublish, 'close'>) => {
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
    await Promise.allSettled([published, left])
    const release = await published
    if (keep && (await keepOrNotice(options, keep))) await checkpoints.begin(release.release)
    return { ...made, release }
  }
  return inClearedWork(config, inputs, async () => {
    const { close, ...made } = await makeOrUpdate(options, inputs, publishing)
    return workThenEnd(
      () => publish(made),
      async () => close?.(),
    )
  })
}

/** `keep` keeps the tables once they are published: without it the next run goes on from older ones. `close` lets go of them in any case. */
type ToPublish = MadeTables & { keep?: () => Promise<void>; close?: () => Promise<void> }

/** Goes on from what an earlier run has kept, or makes everything. */
async function makeOrUpdate(
  options: MakeOptions,
  inputs: Inputs,
  { full, checkpoints: { restore }, held }: PublishOptions,
): Promise<ToPublish> {
  if (full) return makeAll(options, inputs)
  const { configHash, warehouse, workFolder, previous, objects } = inputs
  const release = previous?.release ?? null
  const wanted = { configHash, warehouse, workFolder, release, restore }
  const state = await openToGoOn(options.config, wanted, objects, held)
  if (state === undefined) return makeAll(options, inputs)
  const { leave, close, ...made } = await makeIncrement(options, inputs, state)
  const keep = async () => keepState(options.config, { database: await leave() })
  return { ...made, keep, close }
}

async function makeAll(options: MakeOptions, inputs: Inputs): Promise<ToPublish> {
  const { config } = options
  const { workFolder, run } = inputs
  if (stateFolderOf(config) === undefined) return makeTables(options, inputs, false)
  const made = await makeTables(options, inputs, true)
  const published = { folder: exportFolderOf(workFolder), release: run }
  const { left } = made
  if (left === undefined) return made
  const keep = async () => keepState(config, { database: await left, published })
  return { ...made, keep }
}

/**
 * Keeps the tables of a release, and returns whether they are kept: the release stands where they cannot be. Older ones,
 * which a full run was perhaps to replace, are then not gone on from.
 */
async function keepOrNotice(
  { config, onNotice }: MakeOptions,
  keep: () => Promise<void>,
): Promise<boolean> {
  if ((await noticing(notKept, onNotice, keep)) !== 'failed') return true
  await forgetState(config).catch(() => undefined)
  return false
}

const notKept =
  'The tables are not kept for the next run, which goes on from a checkpoint or makes all of them again'
