import type { Engine, Settings } from './engines/engine.js'

/** A stage in TypeScript, for what SQL is wrong for; ordered by lineage together with the SQL models. */
export interface Kernel {
  /** Its main table; lineage treats the others that it makes alike. */
  table: string
  makes: readonly string[]
  reads: readonly string[]
  run(engine: Engine, context: KernelContext): Promise<void>
  /** How rows of its main table are made between releases, if they are. */
  live?: LiveRows
}

export interface KernelContext {
  settings: Settings
}

/** Rows of some customers as of now, by what the last release has learnt. */
export interface LiveRows {
  /** Models that are made of these customers alone before, in this order, and the condition on what is needed of each. */
  through: readonly { table: string; where?: string }[]
  /** The SELECT of the rows; undefined where nothing has been learnt. */
  select(engine: Engine, context: KernelContext): Promise<string | undefined>
}
