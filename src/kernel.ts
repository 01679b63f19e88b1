import type { Engine } from './engines/engine.js'

/** A stage in TypeScript, for what SQL is wrong for; ordered by lineage together with the SQL models. */
export interface Kernel {
  /** Its main table; lineage treats the others that it makes alike. */
  table: string
  makes: readonly string[]
  reads: readonly string[]
  run(engine: Engine, context: KernelContext): Promise<void>
}

export interface KernelContext {
  /** Setting functions and their values, e.g. `churn_horizon_days`. */
  settings: Readonly<Record<string, string | number | boolean>>
}
