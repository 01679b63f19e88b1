import { randomUUID } from 'node:crypto'
import type { Table } from 'apache-arrow'
import type { Row } from '../../engine.js'
import { openChannel, type TlsOptions } from './channel.js'
import { parseConnectionString } from './connection-string.js'
import { type Link, type LinkOptions, openLink } from './link.js'
import { defaultPatience, type Patience } from './patience.js'
import { interruptTypes } from './requests.js'
import { rowsOf } from './rows.js'
import { runCommand, runQuery, type StatementOptions } from './statement.js'

/** A session of a Spark Connect server: its temporary views, functions and settings live as long as it does. */
export interface SparkSession {
  readonly sessionId: string
  /** The result of a query, batch by batch: what is not asked for stays with the server. */
  query(sql: string, options?: StatementOptions): AsyncGenerator<Table>
  /** Runs a statement that does something, once; the few rows that it answers. */
  execute(sql: string, options?: StatementOptions): Promise<Row[]>
  /** A small result whole. */
  rows(sql: string, options?: StatementOptions): Promise<Row[]>
  /** Sets configuration of the session, such as `spark.sql.session.timeZone`. */
  configure(settings: Readonly<Record<string, string>>): Promise<void>
  version(): Promise<string>
  /** Interrupts one operation, or all of the session; ids of those that were running. Asked once: never fails. */
  interrupt(operationId?: string): Promise<string[]>
  /** Ends the session at the server; its id can never be used again. */
  close(): Promise<void>
}

export interface SessionOptions extends TlsOptions, Pick<LinkOptions, 'onNotice'> {
  patience?: Partial<Patience>
}

/**
 * Opens a session at `sc://host:port/;…`; throws a `config` error on a bad connection string, a `source` error when the
 * server cannot be reached or refuses us.
 */
export async function openSparkSession(
  connectionString: string,
  options: SessionOptions = {},
): Promise<SparkSession> {
  const address = parseConnectionString(connectionString)
  const link = openLink(openChannel(address, options), address, {
    sessionId: address.sessionId ?? randomUUID(),
    patience: { ...defaultPatience, ...options.patience },
    onNotice: options.onNotice,
  })
  try {
    await sparkVersion(link)
  } catch (error) {
    link.close()
    throw error
  }
  return sessionOn(link)
}

async function sparkVersion(link: Link): Promise<string> {
  const { sparkVersion } = await link.call('AnalyzePlan', { sparkVersion: {} })
  return sparkVersion?.version ?? ''
}

function sessionOn(link: Link): SparkSession {
  return {
    sessionId: link.sessionId,
    query: (sql, options) => runQuery(link, sql, options),
    execute: (sql, options) => runCommand(link, sql, options),
    async rows(sql, options) {
      const rows: Row[] = []
      for await (const table of runQuery(link, sql, options)) rows.push(...rowsOf(table))
      return rows
    },
    async configure(settings) {
      const pairs = Object.entries(settings).map(([key, value]) => ({ key, value }))
      await link.call('Config', { operation: { set: { pairs } } })
    },
    version: () => sparkVersion(link),
    async interrupt(operationId) {
      const request = operationId
        ? { type: interruptTypes.operation, operationId }
        : { type: interruptTypes.all }
      // A server that is gone runs nothing, and who interrupts does not wait for it.
      return (await link.tell('Interrupt', request))?.interruptedIds ?? []
    },
    async close() {
      // A session that nobody releases ends by itself, an hour after its last use.
      await link.tell('ReleaseSession', {})
      link.close()
    },
  }
}
