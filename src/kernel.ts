import type { EmbeddedEngine, Engine, Settings } from './engines/engine.js'

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
  /** Tables that the SELECT reads: those that wait for releases are made of these customers alone before. */
  reads: readonly string[]
  /** By table, the condition on the rows of it that are needed. */
  where: Readonly<Record<string, string>>
  /** The SELECT of a row for each `customer_id` of a table; undefined where nothing has been learnt. */
  select(
    engine: EmbeddedEngine,
    context: KernelContext,
    customers: string,
  ): Promise<string | undefined>
}
