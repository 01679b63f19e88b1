import { randomUUID } from 'node:crypto'
import type { Table } from 'apache-arrow'
import type { Row } from '../../engine.js'
import { encode } from './codec.js'
import { type Operation, responsesOf } from './execution.js'
import { lieError } from './explain.js'
import { decodeOrRefuse, type Link } from './link.js'
import { argumentsOf, type Parameters } from './literals.js'
import { relation } from './requests.js'
import { resultRelation } from './responses.js'
import { type Progress, reporting, tableOf, tablesOf } from './results.js'
import { rowsOf } from './rows.js'

export interface StatementOptions {
  /** Values of `?` or of `:name`. */
  parameters?: Parameters
  /** What errors call the statement: a table, a step. */
  name?: string
  /** By it the session knows a statement that its caller gives again, see `operationIdOf`; else each has one of its own. */
  operationId?: string
  /** Its abort interrupts the statement, which then throws the signal's reason. */
  signal?: AbortSignal
  /** Called now and then with how far the statement is. */
  onProgress?: (progress: Progress) => void
}

/** The batches of a query's result. */
export async function* runQuery(
  link: Link,
  sql: string,
  options: StatementOptions = {},
): AsyncGenerator<Table> {
  const operation = operationOf(link, { root: relationOf(sql, options) }, options)
  yield* tablesOf(reporting(responsesOf(link, operation), options.onProgress), operation.at)
}

/** Runs a command at once; the server hands out its result, or the query that it turned out to be, as a relation. */
export async function runCommand(
  link: Link,
  sql: string,
  options: StatementOptions = {},
): Promise<Row[]> {
  const input = relationOf(sql, options)
  const operation = operationOf(link, { command: { sql: { input } } }, options)
  let result: Uint8Array | undefined
  for await (const response of reporting(responsesOf(link, operation), options.onProgress))
    result = response.sqlCommandResult?.relation ?? result
  if (result === undefined) throw lieError(operation.at, 'a result of the statement', 'none')
  const { local } = decodeOrRefuse(resultRelation, result, operation.at)
  if (local) return local.data ? rowsOf(tableOf(local.data, operation.at)) : []
  const rows: Row[] = []
  const read = { ...operation, plan: { root: result }, operationId: randomUUID() }
  for await (const table of tablesOf(responsesOf(link, read), operation.at))
    rows.push(...rowsOf(table))
  return rows
}

const operationOf = (
  link: Link,
  plan: Operation['plan'],
  { name = 'statement', operationId = randomUUID(), signal }: StatementOptions,
): Operation => ({ at: `${name}, ${link.at}`, operationId, plan, signal })

const relationOf = (query: string, { parameters = [] }: StatementOptions): Uint8Array =>
  encode(relation, { sql: { query, ...argumentsOf(parameters) } })
