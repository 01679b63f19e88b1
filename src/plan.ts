import { checkConfig } from './check-config.js'
import { checkDefaultStage } from './check-stage.js'
import { listRawObjects } from './collect/raw-objects.js'
import type { Config } from './config.js'
import { configDigest } from './config-digest.js'
import { producersInOrder } from './producers.js'
import { inputsDigest } from './publish/inputs-digest.js'
import { readRelease } from './publish/release.js'
import { openStorages } from './storages.js'

export interface Plan {
  warehouse: string
  previousRelease: string | null
  nothingNew: boolean
  sources: { source: string; preset: string; objects: number; bytes: number }[]
  /** Tables in the order in which they would be made. */
  steps: string[]
}

/** What a run would read and make; reads listings only and writes nothing. */
export async function planJob(
  config: Config,
  version: string,
  projectFolder?: string,
): Promise<Plan> {
  await checkConfig(config, projectFolder)
  checkDefaultStage(config, projectFolder)
  const { zones, warehouse } = openStorages(config)
  const objects = await listRawObjects(zones, config.sources)
  const previous = await readRelease(warehouse)
  const digest = inputsDigest(objects, configDigest(config, version, projectFolder), version)
  return {
    warehouse: warehouse.url,
    previousRelease: previous?.release.release ?? null,
    nothingNew: previous?.release.inputs_digest === digest,
    sources: Object.entries(config.sources).map(([source, { preset }]) => {
      const own = objects.filter((object) => object.source === source)
      const bytes = own.reduce((sum, object) => sum + object.bytes, 0)
      return { source, preset, objects: own.length, bytes }
    }),
    steps: (await producersInOrder(projectFolder)).map(({ table }) => table),
  }
}
