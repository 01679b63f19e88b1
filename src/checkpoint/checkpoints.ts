import { rm } from 'node:fs/promises'
import path from 'node:path'
import { createBackgroundTask } from '../background-task.js'
import type { Config } from '../config.js'
import { noticing } from '../noticing.js'
import type { Lease } from '../publish/lease.js'
import { holdState } from '../state/state-files.js'
import { stateFolderOf } from '../state/state-folder.js'
import type { Storage } from '../storage/storage.js'
import { type Checkpoint, parseCheckpoint, readPointer } from './checkpoint.js'
import { fittingCheckpoint, restoreCheckpoint } from './restore-checkpoint.js'
import { saveCheckpoint } from './save-checkpoint.js'
import { restoredText, savedText } from './texts.js'

/** Copies in the warehouse of what is kept between runs, for when it is lost. */
export interface Checkpoints {
  /** Restores what is kept from the checkpoint, if it fits; tried once, and returns whether it has. */
  restore(): Promise<boolean>
  /** After a release: begins a checkpoint of what is kept now, if one is due; it goes on beside what follows. */
  begin(release: string): Promise<void>
  /** Waits for the one that is under way. */
  settle(): Promise<void>
  /** Stops the one that is under way; the one before stands. */
  abandon(): Promise<void>
}

export interface CheckpointOptions {
  config: Config
  configHash: string
  warehouse: Storage
  lease: Lease
  /** Age of the last checkpoint from which on another is made. */
  minutes: number | 'none'
  /**
   * One where batches go on meanwhile: packing takes a core, and threads of the pool that an engine's statements wait for,
   * of which there are hundreds a batch.
   */
  partsAtATime: number
  /** Stops the one that is under way. */
  signal?: AbortSignal
  /** Told what was made or restored, and what could not be: neither stops a run. */
  onNotice?: ((message: string) => void) | undefined
}

export function createCheckpoints(options: CheckpointOptions): Checkpoints {
  const { config, minutes, warehouse, onNotice } = options
  const folder = stateFolderOf(config)
  if (folder === undefined) return noCheckpoints
  let isTried = false
  /** Whether there is one that could not be restored: nothing of it is to be built on. */
  let isDamaged = false
  let isAbandoned = false
  const saving = createBackgroundTask()
  const isStopped = () => isAbandoned || options.signal?.aborted === true
  const begin = async (release: string, minutes: number) => {
    const facts = { release, config_hash: options.configHash }
    const found = await readPointer(warehouse)
    const before = found && !isDamaged ? readable(found.text) : undefined
    if (before && !isDue(before, options.configHash, minutes)) return
    const into = path.join(folder, 'checkpoint')
    const files = await heldFiles(folder, into)
    const save = async () => {
      const saved = await saveCheckpoint({
        warehouse,
        files,
        facts,
        before,
        expected: found?.etag,
        requireLease: options.lease.renew,
        partsAtATime: options.partsAtATime,
        isStopped,
      }).finally(() => remove(into))
      if (saved) onNotice?.(savedText(saved))
      isDamaged &&= saved === undefined
    }
    saving.begin(() => noticing(noneOf(release), onNotice, save))
  }
  const restore = async () => {
    const checkpoint = await fittingCheckpoint(warehouse, options.configHash)
    if (checkpoint === undefined) return
    await restoreCheckpoint(warehouse, checkpoint, folder)
    onNotice?.(restoredText(checkpoint))
    return true
  }
  return {
    async restore() {
      if (isTried) return false
      isTried = true
      const isRestored = await noticing('The checkpoint is not used', onNotice, restore)
      isDamaged = isRestored === 'failed'
      return isRestored === true
    },
    async begin(release) {
      if (saving.isRunning() || minutes === 'none' || isStopped()) return
      await noticing(noneOf(release), onNotice, () => begin(release, minutes))
    },
    settle: saving.settle,
    async abandon() {
      isAbandoned = true
      await saving.settle()
    },
  }
}

/** Release whose tables a run would restore if nothing were kept; undefined for none, and for what nobody can read. */
export async function restorableRelease(
  config: Config,
  warehouse: Storage,
  configHash: string,
): Promise<string | undefined> {
  if (stateFolderOf(config) === undefined) return undefined
  const found = await fittingCheckpoint(warehouse, configHash).catch(() => undefined)
  return found?.release
}

const noCheckpoints: Checkpoints = {
  restore: async () => false,
  begin: async () => undefined,
  settle: async () => undefined,
  abandon: async () => undefined,
}

const noneOf = (release: string): string => `No checkpoint of release ${release}`

/** One that nobody can read is as good as none. */
function readable(text: string): Checkpoint | undefined {
  try {
    return parseCheckpoint(text)
  } catch {
    return undefined
  }
}

/** So is one that nobody may go on from. One of a time to come was made by a clock that has been set back since. */
function isDue(last: Checkpoint, configHash: string, minutes: number): boolean {
  const age = Date.now() - Date.parse(last.made_at)
  return last.config_hash !== configHash || age < 0 || age >= minutes * 60_000
}

const remove = (folder: string) => rm(folder, { recursive: true, force: true })

async function heldFiles(folder: string, into: string): Promise<Map<string, string>> {
  await remove(into)
  const names = await holdState(folder, into)
  return new Map(names.map((name) => [name, path.join(into, name)]))
}
