import type { Engine, Settings } from './engines/engine.js'

/** A stage in TypeScript, for what SQL is wrong for; ordered by lineage together with the SQL models. */
export interface Kernel {
  /** Its main table; lineage treats the others that it makes alike. */
  table: string
  makes: readonly string[]
  reads: readonly string[]
  run(engine: Engine, context: KernelContext): Promise<void>
}

export interface KernelContext {
  settings: Settings
}
