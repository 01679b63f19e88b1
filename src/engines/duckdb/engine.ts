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
  const instance = await DuckDBInstance.create(file, settingsOf(options))
  const connection = await instance.connect()
  // The file dies with the run: writing it out once more at the end would be for nothing.
  await connection.run('pragma disable_checkpoint_on_shutdown')
  await connection.run(`create schema vocabulary; create schema slice; set TimeZone = 'UTC'`)
  await connection.run(`set search_path = 'slice,main,vocabulary'`)
  return engineOn(instance, connection)
}

function settingsOf(options: EngineOptions): Record<string, string> {
  return {
    temp_directory: path.join(options.workFolder, 'spill'),
    enable_external_file_cache: 'false',
    // Models state every order that matters; raw rows, whose place in the file counts, are read with it on.
    preserve_insertion_order: 'false',
    checkpoint_threshold: '1GB',
    ...(options.threads ? { threads: String(options.threads) } : {}),
    ...(options.memoryLimitMegabytes ? { memory_limit: `${options.memoryLimitMegabytes}MB` } : {}),
  }
}

function engineOn(instance: DuckDBInstance, connection: DuckDBConnection): Engine {
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
      await execute(`set schema = 'vocabulary'`)
      await execute(await readFile(functionsFile, 'utf8'))
      await execute(`set search_path = 'slice,main,vocabulary'`)
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
    contentHash: (table, columns) => contentHash(connection, table, columns),
    version: async () => String((await query('select version() as version'))[0]?.version),
    async close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** Whole numbers are BIGINT, so that a model's arithmetic on a setting does not overflow. */
function literal(value: string | number | boolean): string {
  if (typeof value === 'string') return quoted(value)
  return Number.isInteger(value) ? `cast(${value} as bigint)` : String(value)
}
