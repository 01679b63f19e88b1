import { times } from './skewed-tables.js'
import type { SparkStatement } from './spark-event-log.js'

const partitions = 8

/** Settings of Spark by which no table is so small that a task or two do all of it. */
export const manyTasks: Readonly<Record<string, string>> = {
  'spark.sql.shuffle.partitions': String(partitions),
  'spark.sql.adaptive.coalescePartitions.enabled': 'false',
}

/** A stage that fetches fewer rows says nothing of how they are spread. */
const fewRows = 1000 * times

/** Of a stage's rows, the most that one task may have: its part, and more than the customer with a twentieth of them. */
const mostOfStage = 0.4

export interface StageShare {
  /** The table that is made; empty of counts and checks. */
  table: string
  rows: number
  /** The largest task's, of the rows that the stage fetches from others. */
  share: number
}

/** How the rows of each stage are spread over its tasks, of stages that fetch more than a few. */
export const stageShares = (statements: readonly SparkStatement[]): StageShare[] =>
  statements.flatMap(({ table, stages }) =>
    stages.flatMap((tasks) => {
      const rows = tasks.map(({ rowsFetched }) => rowsFetched)
      const all = rows.reduce((sum, count) => sum + count, 0)
      return all < fewRows ? [] : [{ table, rows: all, share: Math.max(...rows) / all }]
    }),
  )

/** Of these, the stages that leave most of their rows to one task. */
export const unevenOf = (shares: readonly StageShare[]): StageShare[] =>
  shares.filter(({ share }) => share > mostOfStage)
