import { mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type Config, settingFunctions } from './config.js'
import { engineModule } from './engine-module.js'
import type {
  EmbeddedEngine,
  Engine,
  EngineOptions,
  KeptTables,
  Settings,
} from './engines/engine.js'
import type { Inputs, MakeOptions } from './make-tables.js'
import { withoutState } from './state/state-folder.js'

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

/** Whether tables of the configured engine can be kept for the next run to go on from. */
export const canKeep = async (config: Config): Promise<boolean> =>
  (await engineModule(config)).openKept !== undefined

/** The config as the engine can follow it: without state where its tables cannot be kept. */
export const followable = async (config: Config): Promise<Config> =>
  (await canKeep(config)) ? config : withoutState(config)

export const isEmbedded = (engine: Engine): engine is EmbeddedEngine => !engine.isDistributed

/** Opens the engine that the config names for a run, without tables. */
export const openEngine = async (
  { config, recordTo, onNotice }: Pick<MakeOptions, 'config' | 'recordTo' | 'onNotice'>,
  { workFolder, run, warehouse }: Pick<Inputs, 'workFolder' | 'run' | 'warehouse'>,
): Promise<Engine> =>
  (await engineModule(config)).createEngine({
    ...optionsOf(config, workFolder),
    run: {
      id: run,
      config,
      warehouse,
      ...(recordTo ? { recordTo } : {}),
      ...(onNotice ? { onNotice } : {}),
    },
  })

/**
 * Opens the engine that the config names on tables that are kept; undefined when it keeps none. What changes of them is
 * many small statements: to share one among threads costs more than the statement, so sessions beside each other use the
 * cores, and threads are shared of those that are left.
 */
export const openKeptEngine = async (
  config: Config,
  workFolder: string,
  kept: KeptTables,
): Promise<EmbeddedEngine | undefined> =>
  (await engineModule(config)).openKept?.(
    {
      ...optionsOf(config, workFolder),
      threads: threadsForRows(config, 0),
    },
    kept,
  )

/** Statements that this process can wait for at a time: the threads that Node has for it. */
const mostAtOnce = 4

/** How many sessions work on kept tables at a time. */
export const keptSessions = (config: Config): number =>
  Math.max(config.engine.parallel_models, Math.min(threadsOf(config), mostAtOnce))

/** From so many new rows on, statements are large: of 3,000 rows a batch takes as long either way, of 10,000 a fifth less. They are read before that is known. */
const manyRows = 5000

/** Among how many threads statements on kept tables are shared, for a batch of so many new rows. */
export const threadsForRows = (config: Config, rows: number): number =>
  rows < manyRows ? Math.max(1, threadsOf(config) - keptSessions(config) + 1) : threadsOf(config)

/** Threads that the config leaves to the engine. */
export const threadsOf = ({ engine }: Config): number => engine.threads || os.availableParallelism()

/** Closes sessions, the one that the others work beside last. */
export async function closeAll(sessions: readonly Engine[]): Promise<void> {
  for (const session of [...sessions].reverse()) await session.close()
}

function optionsOf({ engine }: Config, workFolder: string): EngineOptions {
  const { threads, memory_megabytes } = engine
  return {
    workFolder,
    memoryLimitMegabytes: memory_megabytes,
    ...(threads > 0 ? { threads } : {}),
  }
}
