import { rm } from 'node:fs/promises'
import { checkConfig } from './check-config.js'
import { checkDefaultStage } from './check-stage.js'
import { restorableRelease } from './checkpoint/checkpoints.js'
import { listRawObjects, type RawObject, type Zones } from './collect/raw-objects.js'
import type { Config } from './config.js'
import { configDigest } from './config-digest.js'
import { openToGoOn } from './increment/go-on.js'
import { type PlannedIncrement, planIncrement } from './increment/plan-increment.js'
import type { MakeOptions } from './make-tables.js'
import { noticesBefore } from './notices-before.js'
import { type PlannedSource, plannedSources } from './planned-sources.js'
import { followable, makeWorkFolder } from './prepare.js'
import { producersInOrder } from './producers.js'
import { inputsDigest } from './publish/inputs-digest.js'
import { inputsOfRun } from './publish/manifest.js'
import { readRelease } from './publish/release.js'
import type { Storage } from './storage/storage.js'
import { openStorages } from './storages.js'
import { whyFull } from './why-full.js'

export interface Plan {
  warehouse: string
  previousRelease: string | null
  nothingNew: boolean
  /** Whether a run would make every table from all objects, go on from what is kept, or do nothing. */
  mode: 'full' | 'incremental' | 'none'
  /** Why, in words. */
  reason: string
  /** What a run that goes on from the last one would touch; absent where it would make everything. */
  increment?: PlannedIncrement
  /** Release of whose tables the warehouse has a checkpoint that the run would first restore, nothing being kept here. */
  restores?: string
  sources: PlannedSource[]
  /** What a run would say before it begins. */
  notices: string[]
  /** Tables in the order in which they would be made. */
  steps: string[]
}

/** What a run would read and make; to tell whom it would touch, new objects are read. Nothing is kept of it. */
export async function planJob(
  given: Config,
  version: string,
  projectFolder?: string,
): Promise<Plan> {
  await checkConfig(given, projectFolder)
  const config = await followable(given)
  checkDefaultStage(config, projectFolder)
  const { zones, warehouse } = openStorages(config)
  const objects = await listRawObjects(zones, config.sources)
  const previous = await readRelease(warehouse)
  const configHash = configDigest(config, version, projectFolder)
  const nothingNew = previous?.release.inputs_digest === inputsDigest(objects, configHash, version)
  const release = previous?.release.release ?? null
  const options = { config, version, projectFolder }
  const outlook = nothingNew
    ? {
        mode: 'none' as const,
        reason: `objects, config and version are those of release ${release}`,
      }
    : await outlookOf(options, { zones, warehouse, objects, configHash, release })
  const before = release === null ? new Map() : await inputsOfRun(warehouse, release)
  return {
    warehouse: warehouse.url,
    previousRelease: release,
    nothingNew,
    ...outlook,
    sources: plannedSources(config.sources, objects, before),
    notices: nothingNew
      ? []
      : await noticesBefore({
          objects,
          warehouse,
          release: previous?.release.release,
          projectFolder,
        }),
    steps: (await producersInOrder(projectFolder)).map(({ table }) => table),
  }
}

/** Whether a run would go on from what is kept, or from what it would restore. */
async function outlookOf(
  options: MakeOptions,
  {
    zones,
    warehouse,
    objects,
    ...kept
  }: {
    zones: Zones
    warehouse: Storage
    objects: readonly RawObject[]
    configHash: string
    release: string | null
  },
): Promise<Pick<Plan, 'mode' | 'reason' | 'increment' | 'restores'>> {
  const { config } = options
  const workFolder = await makeWorkFolder(config)
  try {
    let restores: string | undefined
    const restore = async () => {
      restores = await restorableRelease(config, warehouse, kept.configHash)
      return false
    }
    const wanted = { ...kept, warehouse, workFolder, restore, isCopied: true }
    const state = await openToGoOn(config, wanted, objects)
    if (state) {
      const increment = await planIncrement(options, { zones, workFolder }, state)
      return { mode: 'incremental', reason: 'the kept tables are of this config', increment }
    }
    if (restores !== undefined)
      return { mode: 'incremental', reason: `release ${restores} has a checkpoint`, restores }
    return { mode: 'full', reason: await whyFull(config, { warehouse, ...kept }) }
  } finally {
    await rm(workFolder, { recursive: true, force: true })
  }
}
