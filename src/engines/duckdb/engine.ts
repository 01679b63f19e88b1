import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { builtInFolder } from '../../project.js'
import { quoted } from '../../sql.js'
import type { Engine, EngineOptions, Row } from '../engine.js'
import { fuseFieldLookups } from './field-lookups.js'
import { readIntegers, writeIntegers } from './integers.js'
import { contentHash, writeParquet } from './parquet.js'
import { closeRaw, openRaw } from './raw.js'
import { readsParquet } from './readable.js'
import { writeRows } from './rows.js'
import { columnList, portableType } from './types.js'

const functionsFile = path.join(builtInFolder, 'src', 'engines', 'duckdb', 'functions.sql')

/** Opens the embedded engine on a database file of its own, so that large tables spill to disk. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const file = path.join(options.workFolder, 'engine.duckdb')
  await rm(file, { force: true })
  const instance = await DuckDBInstance.create(':memory:', settingsOf(options))
  const connection = await instance.connect()
  // The file dies with the run, so nothing has to be recoverable: without a log, rows are written once.
  await connection.run(
    `attach ${quoted(file)} as engine (recovery_mode no_wal_writes); use engine;
    create schema vocabulary; create schema slice; ${sessionSettings}`,
  )
  return engineOn(instance, connection, () => instance.closeSync())
}

const searchPath = `set search_path = 'engine.slice,engine.main,engine.vocabulary'`
const sessionSettings = `${searchPath}; set TimeZone = 'UTC'`

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
    // Tables live for one run: half the CPU of writing one went into trying these on every text column.
    disabled_compression_methods: 'fsst,dict_fsst,zstd',
    ...(options.threads ? { threads: String(options.threads) } : {}),
    ...(options.memoryLimitMegabytes ? { memory_limit: `${options.memoryLimitMegabytes}MB` } : {}),
  }
}

/** The engine as one connection sees it; `closeInstance` for the connection that owns the database. */
function engineOn(
  instance: DuckDBInstance,
  connection: DuckDBConnection,
  closeInstance: () => void,
): Engine {
  const execute = async (sql: string) => {
    await connection.run(sql)
  }
  const query = async (sql: string): Promise<Row[]> =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson() as Row[]
  let vocabularyLoaded = false
  return {
    kind: 'duckdb',
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
      for (const [name, value] of Object.entries(settings)) {
        await execute(`create or replace macro vocabulary.${name}() as ${literal(value)}`)
      }
      if (vocabularyLoaded) return
      await execute(`set schema = 'engine.vocabulary'`)
      await execute(await readFile(functionsFile, 'utf8'))
      await execute(searchPath)
      vocabularyLoaded = true
    },
    createScratchTable: (table, select) =>
      execute(`create or replace temp table ${table} as ${select}`),
    createTable: (table, select) => execute(`create or replace table main.${table} as ${select}`),
    createView: (table, select) => execute(`create or replace view main.${table} as ${select}`),
    async createEmptyTable(table, columns) {
      await execute(`create or replace table main.${table} (${columnList(columns)})`)
    },
    async fileColumns({ path: file, format }) {
      if (format !== 'parquet') return []
      const rows = await query(`describe select * from read_parquet(${quoted(file)})`)
      return rows.map((row) => String(row.column_name))
    },
    readsParquet: (file) => readsParquet(connection, file),
    openRaw: (files) => openRaw(connection, files),
    closeRaw: () => execute(closeRaw),
    fuseFieldLookups,
    readIntegers: (select) => readIntegers(connection, select),
    writeIntegers: (table, columns) => writeIntegers(connection, table, columns),
    writeRows: (table, columns, rows) => writeRows(connection, table, columns, rows),
    async readParquet(table, files) {
      const list = files.map(quoted).join(', ')
      await execute(
        `create or replace table main.${table} as select * from read_parquet([${list}])`,
      )
    },
    writeParquet: (select, folder) => writeParquet(connection, select, folder),
    async createParquetTable(table, select, folder) {
      const files = await writeParquet(connection, select, folder)
      const list = files.map((file) => quoted(file.path)).join(', ')
      await execute(`create or replace view main.${table} as select * from read_parquet([${list}])`)
      return files
    },
    async session() {
      const other = await instance.connect()
      await other.run(sessionSettings)
      return engineOn(instance, other, () => undefined)
    },
    contentHash: (table, columns) => contentHash(connection, table, columns),
    version: async () => String((await query('select version() as version'))[0]?.version),
    async close() {
      connection.closeSync()
      closeInstance()
    },
  }
}

/** Whole numbers are BIGINT, so that a model's arithmetic on a setting does not overflow. */
function literal(value: string | number | boolean): string {
  if (typeof value === 'string') return quoted(value)
  return Number.isInteger(value) ? `cast(${value} as bigint)` : String(value)
}
