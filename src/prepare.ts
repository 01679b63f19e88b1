import { mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type Config, settingFunctions } from './config.js'
import type { Engine, EngineOptions, Settings } from './engines/engine.js'

/** Settings of the run itself that models read beside the configured ones. */
export function runSettings(config: Config): Settings {
  return {
    ...settingFunctions(config),
    run_since_micros: config.run.since ? microsOf(config.run.since) : -Number.MAX_SAFE_INTEGER,
    run_until_micros: config.run.until ? microsOf(config.run.until) : Number.MAX_SAFE_INTEGER,
    as_of_micros: config.run.as_of ? microsOf(config.run.as_of) : 0,
  }
}

const microsOf = (time: string): number =>
  Date.parse(time.includes('T') ? `${time}Z` : `${time}T00:00:00Z`) * 1000

/** A fresh folder for the engine's files and landed objects; the caller removes it. */
export const makeWorkFolder = (config: Config): Promise<string> =>
  mkdtemp(path.join(config.run.work_folder || os.tmpdir(), 'throughline-'))

interface EngineModule {
  createEngine: (options: EngineOptions) => Promise<Engine>
}

/** Opens the engine that the config names, on tables that are kept if a file of them is given. */
export async function openEngine(
  config: Config,
  workFolder: string,
  keptFile?: string,
): Promise<Engine> {
  const { kind, threads, memory_megabytes } = config.engine
  const options: EngineOptions = {
    workFolder,
    memoryLimitMegabytes: memory_megabytes,
    ...(threads > 0 ? { threads } : {}),
    ...(keptFile ? { keptFile } : {}),
  }
  const module = (await import(`./engines/${kind}/engine.js`)) as EngineModule
  return module.createEngine(options)
}
