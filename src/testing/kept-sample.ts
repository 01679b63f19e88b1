import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type Config, sourceFunctions } from '../config.js'
import { configDigest } from '../config-digest.js'
import type { EmbeddedEngine, Settings } from '../engines/engine.js'
import { makeWorkFolder, runSettings } from '../prepare.js'
import { runJob } from '../run.js'
import { writeSample } from '../sample/write.js'
import { openState } from '../state/state.js'
import { openStorage } from '../storage/storage.js'
import { openStorages } from '../storages.js'
import { localConfig } from './local-config.js'

/** Every table of a run on sample exports, the unpublished ones included, and the settings that it was made under. */
export interface KeptSample {
  engine: EmbeddedEngine
  settings: Settings
}

/** Runs the whole job on a small sample with the embedded engine, and opens what it has kept. */
export async function withKeptSample<T>(
  touchpoints: number,
  use: (kept: KeptSample) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-kept-'))
  try {
    await writeSample(openStorage(folder), { touchpoints, folderMarkers: false })
    const config = localConfig(folder)
    const result = await runJob({ config, version: 'test' })
    if (result.status !== 'published') throw new Error(`expected a release, found ${result.status}`)
    return await withKeptTables(config, { release: result.release.release, version: 'test' }, use)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Opens what the run that made a release has kept. */
export async function withKeptTables<T>(
  config: Config,
  { release, version }: { release: string; version: string },
  use: (kept: KeptSample) => Promise<T>,
): Promise<T> {
  const workFolder = await makeWorkFolder(config)
  const state = await openState(config, {
    warehouse: openStorages(config).warehouse,
    release,
    workFolder,
    configHash: configDigest(config, version),
  })
  if (state === undefined) throw new Error('expected kept tables, found none')
  const { engine, record } = state
  try {
    const settings = {
      ...runSettings(config),
      ...sourceFunctions('', {}),
      as_of_micros: record.as_of_micros,
    }
    await engine.defineSettings(settings)
    return await use({ engine, settings })
  } finally {
    await engine.close()
    await rm(workFolder, { recursive: true, force: true })
  }
}
