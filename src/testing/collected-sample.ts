import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { collect } from '../collect/collect.js'
import { listRawObjects, type RawObject } from '../collect/raw-objects.js'
import type { Config } from '../config.js'
import type { Engine } from '../engines/engine.js'
import { writeSample } from '../sample/write.js'
import { openStorage, type Storage } from '../storage/storage.js'
import { contracts, withEngine } from './engine.js'
import { localConfig } from './local-config.js'

/** The raw zone of a sample and an engine that has collected it. */
export interface CollectedSample {
  engine: Engine
  config: Config
  storage: Storage
  objects: readonly RawObject[]
}

export async function withCollectedSample<T>(
  touchpoints: number,
  use: (sample: CollectedSample) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-collected-'))
  try {
    await writeSample(openStorage(folder), { touchpoints, folderMarkers: false })
    const config = localConfig(folder)
    const storage = openStorage(config.storage.raw)
    const zones = { raw: storage, archive: openStorage(path.join(folder, 'archive')) }
    const objects = await listRawObjects(zones, config.sources)
    return await withEngine({}, async (engine) => {
      const workFolder = path.join(folder, 'work')
      await collect({ engine, zones, config, contracts, workFolder }, objects)
      return use({ engine, config, storage, objects })
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
