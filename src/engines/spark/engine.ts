import { ThroughlineError } from '../../errors.js'
import { beforeEnd } from '../../signals.js'
import type { DistributedEngine, EngineOptions, RunPlace, Settings } from '../engine.js'
import { workPrefix } from '../engine.js'
import type { SparkSession } from './connect/session.js'
import { contentHashSelect, rowDigest } from './content-hash.js'
import { describeSelect } from './describe.js'
import { readIntegers, writeIntegers } from './integers.js'
import { openSession } from './open-session.js'
import { sparkFolderOf, sparkUrlOf } from './places.js'
import { defineSettings, prepareSession } from './prepare.js'
import { allOf, closeRaw, openRaw } from './raw.js'
import { readsWhole } from './readable.js'
import { statementsOf } from './statements.js'
import { storedFiles } from './stored-files.js'
import { tablesOf } from './tables.js'
import { createTakeFile } from './take-file.js'

export { clearWork } from './clear-work.js'
export { configProblems } from './config-problems.js'
export { examine } from './examine.js'

export const recordsStatements = true

/** Opens a session of a Spark cluster; what it makes lies below the run's own place in the warehouse's storage. */
export async function createEngine({ run }: EngineOptions): Promise<DistributedEngine> {
  if (run === undefined) throw withoutRun()
  const session = await openSession(run)
  // The cluster would go on for minutes with what nobody waits for any more.
  const undo = beforeEnd(async () => {
    await session.interrupt()
    await session.close()
  })
  const close = async () => {
    undo()
    await session.close()
  }
  return { ...engineOn(session, run), close }
}

const withoutRun = (): ThroughlineError =>
  new ThroughlineError({
    code: 'bug',
    at: 'engine of Spark',
    expected: 'the run for which tables are made (options.run)',
    found: 'none',
    remedy: 'Open it for a run.',
  })

function engineOn(session: SparkSession, run: RunPlace): DistributedEngine {
  const { id, warehouse } = run
  const statements = statementsOf(session, id)
  const work = `${workPrefix}${id}/`
  const tables = tablesOf(statements, sparkFolderOf(warehouse.url, work))
  const reading = { session, statements, tables }
  const define = createDefine(session)
  const showFiles = (table: string, files: readonly string[]) =>
    tables.show(table, files.map(sparkUrlOf))
  const engine: DistributedEngine = {
    kind: 'spark',
    isDistributed: true,
    execute: (sql) => statements.execute('statement', sql),
    query: (sql) => statements.rows('query', sql),
    describe: (select) => describeSelect(session, select),
    defineSettings: define,
    defineOwnSettings: define,
    createScratchView: tables.createView,
    createScratchTable: tables.create,
    async dropScratchTables(names) {
      for (const name of names) await tables.drop(name)
    },
    drop: (_, name) => tables.drop(name),
    createTable: tables.create,
    createView: tables.createView,
    createEmptyTable: tables.createEmpty,
    insertInto: tables.append,
    async fileColumns({ path, format }) {
      if (format !== 'parquet') return []
      return (await describeSelect(session, allOf(path))).map(({ name }) => name)
    },
    readsWhole: (file) => readsWhole(statements, file),
    takeFile: createTakeFile(run),
    openRaw: (files, select) => openRaw(reading, files, select),
    closeRaw: () => closeRaw(reading, run.config.engine.spark.settings),
    readIntegers: (select) => readIntegers(session, select),
    writeIntegers: (table, columns) => writeIntegers(tables, table, columns),
    writeRows: tables.write,
    readParquet: showFiles,
    createParquetTable: showFiles,
    async store(table, select) {
      const key = `${work}${await tables.store(table, select)}/`
      return storedFiles(statements, warehouse, { table, key })
    },
    async contentHash(table, columns) {
      const [row] = await statements.rows(table, contentHashSelect(table, columns))
      return String(row?.content_hash)
    },
    rowDigest,
    keyHash: (columns) => `xxhash64(${columns.join(', ')})`,
    version: () => session.version(),
    // Statements of one session run side by side, and views are seen by that session alone.
    session: async () => ({ ...engine, close: async () => undefined }),
    close: () => session.close(),
  }
  return engine
}

/** Settings have to be there before the vocabulary, which is defined once. */
function createDefine(session: SparkSession): (settings: Settings) => Promise<void> {
  let isPrepared = false
  return async (settings) => {
    if (isPrepared) return defineSettings(session, settings)
    await prepareSession(session, settings)
    isPrepared = true
  }
}
