import { constants } from 'node:fs'
import { copyFile, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { ownMessage } from '../../engine-message.js'
import { builtInFolder } from '../../project.js'
import { quoted } from '../../sql.js'
import type { EmbeddedEngine, EngineOptions, KeptTables, Row } from '../engine.js'
import { readIntegers, writeIntegers } from './integers.js'
import { joinParquet } from './join-parquet.js'
import { contentHash, rowDigest, writeParquet } from './parquet.js'
import { closeRaw, openRaw } from './raw.js'
import { readsWhole } from './readable.js'
import { isUnfinished, journaled, rollBack } from './rollback-journal.js'
import { writeRows } from './rows.js'
import { columnList, portableType } from './types.js'

const functionsFile = path.join(builtInFolder, 'src', 'engines', 'duckdb', 'functions.sql')

/** Opens the embedded engine on a database file of its own, so that large tables spill to disk. */
export async function createEngine(options: EngineOptions): Promise<EmbeddedEngine> {
  const file = fileOf(options)
  await rm(file, { force: true })
  // New tables have no deleted rows: to write their row groups again, fuller, is left to whoever goes on from them.
  return openOn(file, options, { max_vacuum_tasks: '0', ...blockMemory(options) })
}

/**
 * Half of the memory is kept for blocks: to map and unmap them one by one took a third of the system's time. Small
 * statements on kept tables gain nothing by it, and pay for memory that is new to them each time.
 */
const blockMemory = ({ memoryLimitMegabytes: megabytes }: EngineOptions): Record<string, string> =>
  megabytes ? { block_allocator_memory: `${Math.floor(megabytes / 2)}MB` } : {}

/**
 * Nothing has to be recoverable on the way, and a checkpoint is the work of one thread, which holds up the others and
 * reads all that is not yet stored: `closeKept` makes the only one.
 */
const neverReached = '1TB'

/**
 * Opens the embedded engine on tables that `closeKept` left, or on a copy of them. Where they lie, too, they stay as they
 * are until `closeKept`, whose checkpoint counts whole or not at all. Of one that was not ended a copy is rolled back, since
 * whoever is still at it may not lose what it writes.
 */
export async function openKept(
  options: EngineOptions,
  { file: kept, isInPlace }: KeptTables,
): Promise<EmbeddedEngine> {
  if (isInPlace && !(await isUnfinished(kept))) return openOn(kept, options)
  const file = fileOf(options)
  await rm(file, { force: true })
  await copyFile(kept, file, constants.COPYFILE_FICLONE)
  await rollBack(kept, file)
  return openOn(file, options)
}

/** Errors of a file whose blocks are not, or not where, they were written; each is read when a table of it is asked for. */
const ofDamage = /Corrupt database file|Could not read enough bytes from file "[^"]*\.duckdb"/

/** Whether an error, or what it comes of, tells of kept tables that are damaged. */
export const tellsOfDamage = (error: unknown): boolean =>
  error !== undefined &&
  (ofDamage.test(ownMessage(error)) || tellsOfDamage((error as { cause?: unknown }).cause))

const fileOf = ({ workFolder }: EngineOptions): string => path.join(workFolder, 'engine.duckdb')

async function openOn(
  file: string,
  options: EngineOptions,
  settings: Record<string, string> = {},
): Promise<EmbeddedEngine> {
  const instance = await DuckDBInstance.create(':memory:', {
    ...settingsOf(options),
    checkpoint_threshold: neverReached,
    ...settings,
  })
  const connection = await instance.connect()
  // Nobody goes on from what was not closed well, so nothing has to be recoverable: without a log, rows are written once.
  await connection.run(
    `pragma disable_checkpoint_on_shutdown; attach ${quoted(file)} as engine (recovery_mode no_wal_writes); use engine;
    ${lightCompression}; create schema ${vocabulary}; create schema ${scratch};
    ${openSession('slice')}`,
  )
  return engineOn(instance, connection, { slice: 'slice', file, close: () => instance.closeSync() })
}

/**
 * Tables live for one run: half the CPU of writing one went into trying these on every text column. A statement, since
 * DuckDB 1.5 takes no notice of the option of the same name.
 */
const lightCompression = `set disabled_compression_methods = 'fsst,dict_fsst,zstd'`

/** Sessions of this process have schemas of their own for the slice that each works on. */
let sessions = 0

const keptTables = 'engine.main'

/** What is not kept lies in memory, spilled when it has to be: in the file, it would be compressed, and leave its room to nobody. */
const vocabulary = 'memory.vocabulary'
const scratch = 'memory.scratch'

const searchPath = (slice: string): string =>
  `set search_path = 'memory.${slice},${scratch},${keptTables},${vocabulary}'`

const openSession = (slice: string): string =>
  `create schema memory.${slice}; ${searchPath(slice)}; set TimeZone = 'UTC'`

function settingsOf(options: EngineOptions): Record<string, string> {
  return {
    temp_directory: path.join(options.workFolder, 'spill'),
    enable_external_file_cache: 'false',
    // Models state every order that matters; raw rows, whose place in the file counts, are read with it on.
    preserve_insertion_order: 'false',
    // `in_clause` makes a list of literals a hash join, through which every column of a wide row passes.
    // `build_side_probe_side` follows estimates, which an anti join throws off by 1:25, and then hashes the wide
    // side; without it the right side of a join is hashed, as models are written.
    disabled_optimizers: 'in_clause,build_side_probe_side',
    ...(options.threads ? { threads: String(options.threads) } : {}),
    ...(options.memoryLimitMegabytes ? { memory_limit: `${options.memoryLimitMegabytes}MB` } : {}),
  }
}

interface SessionOptions {
  /** Schema of the slice that the session works on. */
  slice: string
  /** The database. */
  file: string
  /** Closes the database, where the session is the one that opened it. */
  close: () => void
}

/** The engine as one connection sees it. */
function engineOn(
  instance: DuckDBInstance,
  connection: DuckDBConnection,
  { slice, file, close: closeInstance }: SessionOptions,
): EmbeddedEngine {
  const execute = async (sql: string) => {
    await connection.run(sql)
  }
  /** In one call: of small statements, the way there and back is a good part of the cost. */
  const executeAll = async (statements: readonly string[]) => {
    if (statements.length > 0) await execute(statements.join('; '))
  }
  const query = async (sql: string): Promise<Row[]> =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson() as Row[]
  const close = () => {
    connection.closeSync()
    closeInstance()
  }
  let vocabularyLoaded = false
  return {
    kind: 'duckdb',
    isDistributed: false,
    execute,
    query,
    async describe(select) {
      const rows = await query(`describe ${select}`)
      return rows.map((row) => ({
        name: String(row.column_name),
        type: portableType(String(row.column_type)),
      }))
    },
    async defineSettings(settings) {
      const macros = Object.entries(settings).map(
        ([name, value]) => `create or replace macro ${vocabulary}.${name}() as ${literal(value)};`,
      )
      if (macros.length > 0) await execute(macros.join('\n'))
      if (vocabularyLoaded) return
      await execute(`set schema = '${vocabulary}'`)
      await execute(await readFile(functionsFile, 'utf8'))
      await execute(searchPath(slice))
      vocabularyLoaded = true
    },
    defineOwnSettings: (settings) =>
      execute(
        Object.entries(settings)
          .map(([name, value]) => `create or replace temp macro ${name}() as ${literal(value)};`)
          .join('\n'),
      ),
    createScratchView: (view, select) =>
      execute(`create or replace temp view ${view} as ${select}`),
    createScratchTable: (table, select) => execute(createScratch(table, select)),
    createEmptyScratchTable: (table, columns) =>
      execute(`create or replace table ${scratch}.${table} (${columnList(columns)})`),
    renameScratchTable: (table, name) =>
      execute(`alter table ${scratch}.${table} rename to ${name}`),
    async fillScratchTable(table, select) {
      const result = await connection.runAndReadAll(createScratch(table, select))
      return Number(result.getRows()[0]?.[0])
    },
    dropScratchTables: (tables) =>
      executeAll(tables.map((table) => `drop table if exists ${scratch}.${table}`)),
    drop: (kind, name) => execute(`drop ${kind} ${name}`),
    createTable: (table, select) =>
      execute(`create or replace table ${keptTables}.${table} as ${select}`),
    createView: (table, select) =>
      execute(`create or replace view ${keptTables}.${table} as ${select}`),
    async createEmptyTable(table, columns) {
      await execute(`create or replace table ${keptTables}.${table} (${columnList(columns)})`)
    },
    insertInto: (table, select) => execute(`insert into ${table} ${select}`),
    defineSlice: (conditions, instead = {}) =>
      executeAll(
        Object.entries(conditions).map(
          ([table, condition]) =>
            `create or replace view memory.${slice}.${table} as select * from ${instead[table] ?? `${keptTables}.${table}`} where ${condition}`,
        ),
      ),
    fromFirst: (table, column, keys) =>
      `rowid >= (select coalesce(min(rowid), ${pastAllRows}) from ${keptTables}.${table} where ${column} in (select ${column} from ${keys}))`,
    // Who drops the first schema of the search path has none left.
    endSlice: () =>
      execute(
        `drop schema memory.${slice} cascade; create schema memory.${slice}; ${searchPath(slice)}`,
      ),
    async fileColumns({ path: file, format }) {
      if (format !== 'parquet') return []
      const rows = await query(`describe select * from read_parquet(${quoted(file)})`)
      return rows.map((row) => String(row.column_name))
    },
    readsWhole: (file) => readsWhole(connection, file),
    openRaw: (files, select) => openRaw(connection, files, select),
    closeRaw: () => execute(closeRaw),
    readIntegers: (select) => readIntegers(connection, select),
    writeIntegers: (table, columns) => writeIntegers(connection, table, columns),
    writeRows: (table, columns, rows) =>
      writeRows(connection, `${keptTables}.${table}`, columns, rows),
    writeScratchRows: (table, columns, rows) =>
      writeRows(connection, `${scratch}.${table}`, columns, rows),
    readParquet: (table, files) =>
      execute(`create or replace table ${keptTables}.${table} as ${allOf(files)}`),
    writeParquet: (select, file) => writeParquet(connection, select, file),
    joinParquet,
    createParquetTable: (table, files) =>
      execute(`create or replace view ${keptTables}.${table} as ${allOf(files)}`),
    async storeParquetTable(table, file) {
      const views = await query(
        `select 1 from duckdb_views() where database_name = 'engine' and schema_name = 'main' and view_name = ${quoted(table)}`,
      )
      if (views.length > 0) await execute(`drop view ${keptTables}.${table}`)
      await execute(`create or replace table ${keptTables}.${table} as ${allOf([file])}`)
    },
    async session() {
      const other = await instance.connect()
      const slice = `slice_${++sessions}`
      await other.run(openSession(slice))
      return engineOn(instance, other, { slice, file, close: () => undefined })
    },
    contentHash: (table, columns) => contentHash(connection, table, columns),
    useThreads: (threads) => execute(`set threads = ${threads}`),
    rowDigest,
    keyHash: (columns) => `hash(${columns.join(', ')})`,
    version: async () => String((await query('select version() as version'))[0]?.version),
    close: async () => close(),
    async closeKept() {
      const blocks = await query(`select block_id from pragma_metadata_info('engine')`)
      await journaled(
        file,
        blocks.map(({ block_id }) => BigInt(String(block_id))),
        async () => {
          await execute('checkpoint engine')
          close()
          // Empty, for nothing is written ahead.
          await rm(`${file}.wal`, { force: true })
        },
      )
      return file
    },
  }
}

/** The greatest BIGINT: no row has such an id. */
const pastAllRows = '9223372036854775807'

const createScratch = (table: string, select: string): string =>
  `create or replace table ${scratch}.${table} as ${select}`

const allOf = (files: readonly string[]): string =>
  `select * from read_parquet([${files.map(quoted).join(', ')}])`

/** Whole numbers are BIGINT, so that a model's arithmetic on a setting does not overflow. */
function literal(value: string | number | boolean): string {
  if (typeof value === 'string') return quoted(value)
  return Number.isInteger(value) ? `cast(${value} as bigint)` : String(value)
}
