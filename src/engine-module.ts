import type { Config } from './config.js'
import type { EmbeddedEngine, Engine, EngineOptions, KeptTables } from './engines/engine.js'
import type { Problem } from './errors.js'
import type { Finding } from './finding.js'
import type { Storage } from './storage/storage.js'

/** What `src/engines/<kind>/engine.ts` exports. */
export interface EngineModule {
  createEngine: (options: EngineOptions) => Promise<Engine>
  /** Opens tables that an earlier run has kept; engines that keep none have no such function. */
  openKept?: (options: EngineOptions, kept: KeptTables) => Promise<EmbeddedEngine>
  /** Whether an error tells that tables which are kept are damaged. */
  tellsOfDamage?: (error: unknown) => boolean
  /** What of a config this engine in particular could not follow. */
  configProblems?: (config: Config) => Problem[]
  /** Probes what the engine needs beside the storages, by trying it. */
  examine?: (config: Config) => Promise<Finding[]>
  /** Deletes what a run has left in the warehouse on its way; without an id, what any has. */
  clearWork?: (warehouse: Storage, run?: string) => Promise<void>
  /** Whether `RunPlace.recordTo` is followed. */
  recordsStatements?: boolean
}

/** The engine that the config names; it is not opened. */
export const engineModule = async ({ engine }: Config): Promise<EngineModule> =>
  (await import(`./engines/${engine.kind}/engine.js`)) as EngineModule

/** Does the work of a run that holds the lease: whoever wrote on the way before is dead, and nothing of it is left. */
export async function inClearedWork<T>(
  config: Config,
  { warehouse, run }: { warehouse: Storage; run: string },
  work: () => Promise<T>,
): Promise<T> {
  const { clearWork } = await engineModule(config)
  await clearWork?.(warehouse)
  // What cannot be deleted afterwards goes with the next run.
  const clear = (of?: string) => clearWork?.(warehouse, of).catch(() => undefined)
  try {
    const made = await work()
    // A cluster may have gone on for a while with what a dead run had begun.
    await clear()
    return made
  } catch (error) {
    // Whoever has overtaken this one may be at work.
    await clear(run)
    throw error
  }
}
