import type { Row } from '../engine.js'
import { operationIdOf } from './connect/operation-id.js'
import type { SparkSession } from './connect/session.js'

/** Runs statements of one run, each with an id of its own: sent again after a cut connection, it does nothing twice. */
export interface Statements {
  /** Runs a statement; `name` is what errors call it. */
  execute(name: string, sql: string): Promise<void>
  /** A small result whole. */
  rows(name: string, sql: string): Promise<Row[]>
}

/**
 * The statements of a run in one session. Their ids serve this session alone: they count statements in the order in which
 * these happen to begin, and no other process could derive them.
 */
export function statementsOf(session: SparkSession, run: string): Statements {
  let count = 0
  const options = (name: string) => ({
    name,
    operationId: operationIdOf(run, `${++count} ${name}`),
  })
  return {
    async execute(name, sql) {
      await session.execute(sql, options(name))
    },
    rows: (name, sql) => session.rows(sql, options(name)),
  }
}
