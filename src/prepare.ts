import { mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type Config, settingFunctions } from './config.js'
import type { Engine, EngineOptions, Settings } from './engines/engine.js'
import { ThroughlineError } from './errors.js'
import { builtInFolder } from './project.js'

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

/** Opens the engine that the config names: `engine.kind` is a folder of src/engines. */
export async function openEngine(config: Config, workFolder: string): Promise<Engine> {
  const { kind, threads, memory_megabytes } = config.engine
  const options: EngineOptions = {
    workFolder,
    memoryLimitMegabytes: memory_megabytes,
    ...(threads > 0 ? { threads } : {}),
  }
  return (await engineModule(kind)).createEngine(options)
}

async function engineModule(
  kind: string,
): Promise<{ createEngine: (options: EngineOptions) => Promise<Engine> }> {
  try {
    return (await import(`./engines/${kind}/engine.js`)) as {
      createEngine: (options: EngineOptions) => Promise<Engine>
    }
  } catch (cause) {
    throw new ThroughlineError({
      code: 'config',
      at: 'engine.kind',
      expected: `a folder of ${path.join(builtInFolder, 'src', 'engines')}`,
      found: kind,
      remedy: 'Use duckdb.',
      cause,
    })
  }
}
