import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { type DuckDBConnection, DuckDBDataChunk, DuckDBInstance, INTEGER } from '@duckdb/node-api'
import { builtInFolder } from '../../project.js'
import { quoted } from '../../sql.js'
import type { Column, Engine, EngineOptions, Row, Value } from '../engine.js'
import { fuseFieldLookups } from './field-lookups.js'
import { contentHash, writeParquet } from './parquet.js'
import { closeRaw, openRaw } from './raw.js'
import { duckType, portableType } from './types.js'

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

const columnList = (columns: readonly Column[]): string =>
  columns.map(({ name, type }) => `"${name}" ${duckType(type)}`).join(', ')

/** Whole numbers are BIGINT, so that a model's arithmetic on a setting does not overflow. */
function literal(value: string | number | boolean): string {
  if (typeof value === 'string') return quoted(value)
  return Number.isInteger(value) ? `cast(${value} as bigint)` : String(value)
}

async function readIntegers(connection: DuckDBConnection, select: string): Promise<Int32Array[]> {
  const result = await connection.stream(select)
  const parts: Int32Array[][] = Array.from({ length: result.columnCount }, () => [])
  for (
    let chunk = await result.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    for (let column = 0; column < chunk.columnCount; column++) {
      parts[column]!.push(Int32Array.from(chunk.getColumnValues(column) as number[]))
    }
  }
  return parts.map(joined)
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const whole = new Int32Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** DuckDB's vector size: the most rows that one data chunk holds. */
const chunkRows = 2048

async function writeIntegers(
  connection: DuckDBConnection,
  table: string,
  columns: Readonly<Record<string, Int32Array>>,
): Promise<void> {
  const names = Object.keys(columns)
  const arrays = Object.values(columns)
  await connection.run(
    `create or replace table main.${table} (${names.map((name) => `${name} INTEGER`).join(', ')})`,
  )
  const appender = await connection.createAppender(table, 'main')
  const length = arrays[0]?.length ?? 0
  for (let start = 0; start < length; start += chunkRows) {
    const chunk = DuckDBDataChunk.create(names.map(() => INTEGER))
    chunk.setColumns(arrays.map((array) => Array.from(array.subarray(start, start + chunkRows))))
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}

async function writeRows(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<void> {
  await connection.run(`create or replace table main.${table} (${columnList(columns)})`)
  const shape = `{${columns.map(({ name, type }) => `${JSON.stringify(name)}:${JSON.stringify(duckType(type))}`).join(',')}}`
  if (rows.length === 0) return
  const list = columns.map(({ name }) => `r."${name}"`).join(', ')
  for (let start = 0; start < rows.length; start += chunkRows) {
    const batch = JSON.stringify(
      rows.slice(start, start + chunkRows).map((row) => plain(row, columns)),
    )
    await connection.run(
      `insert into main.${table} select ${list} from (select unnest(from_json($1, '[${shape.replaceAll("'", "''")}]')) as r)`,
      [batch],
    )
  }
}

const plain = (row: Row, columns: readonly Column[]): Record<string, Value> =>
  Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null]))
