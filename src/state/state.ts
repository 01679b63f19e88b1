import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Config } from '../config.js'
import type { Column, EmbeddedEngine, KeptTables } from '../engines/engine.js'
import { closeAll, openKeptEngine, threadsForRows, threadsOf } from '../prepare.js'
import type { Pipeline } from '../producers.js'
import { isRecorded } from '../publish/manifest.js'
import type { Storage } from '../storage/storage.js'
import { writePositions } from './log-positions.js'
import { databaseOf, isHeld, publishedOf } from './state-files.js'
import { stateFolderOf } from './state-folder.js'

/** What the kept tables are the tables of. */
export interface StateRecord {
  /** Release that was made of them, whether or not it has come to be published. */
  release: string
  /** The release before. */
  based_on: string | null
  config_hash: string
  as_of_micros: number
  /** Point in time since which the passing of time alone has changed no row yet: that of the last release. */
  settled_micros: number
  /** Tables that were left for the next release to bring up to date. */
  overdue: readonly string[]
}

/** What the tables have to be those of, and where they are worked on. */
export interface WantedState {
  configHash: string
  warehouse: Storage
  /** The warehouse's release; null when there is none. */
  release: string | null
  workFolder: string
  /**
   * Whether to work on a copy, for whoever leaves what is kept as it is. Others work on the kept file itself, unless a
   * checkpoint holds it: to copy it takes a second a gigabyte.
   */
  isCopied?: boolean
  /** Called when nothing is kept that may be gone on from: puts something there, and returns whether it has. */
  restore?: () => Promise<boolean>
}

export interface OpenState {
  engine: EmbeddedEngine
  /** Sessions that work beside the engine's own. */
  others: readonly EmbeddedEngine[]
  record: StateRecord
  /** Content hashes of the published tables. */
  hashes: Map<string, string>
  /** What they were made by, where a batch of this process has made them: a stream reads that once. */
  pipeline?: Pipeline
}

const recordColumns: readonly Column[] = [
  { name: 'release', type: 'string' },
  { name: 'based_on', type: 'string' },
  { name: 'config_hash', type: 'string' },
  { name: 'as_of_micros', type: 'bigint' },
  { name: 'settled_micros', type: 'bigint' },
  { name: 'overdue', type: 'string' },
]
const hashColumns: readonly Column[] = [
  { name: 'table_name', type: 'string' },
  { name: 'content_hash', type: 'string' },
]

/** Writes, into the tables themselves, what they are; part of the transaction that makes them so. */
export async function writeState(
  engine: EmbeddedEngine,
  record: StateRecord,
  hashes: ReadonlyMap<string, string>,
): Promise<void> {
  await engine.writeRows('state_record', recordColumns, [
    { ...record, overdue: record.overdue.join(',') },
  ])
  await engine.writeRows(
    'state_hashes',
    hashColumns,
    [...hashes].map(([table_name, content_hash]) => ({ table_name, content_hash })),
  )
}

/**
 * Opens the kept tables when the next run may go on from them: they are of this config and version, and the warehouse has
 * a release, of whatever tables. Otherwise, or when they are lost or damaged, what can be restored; else undefined, and
 * the tables are made again in full.
 */
export async function openState(
  config: Config,
  wanted: WantedState,
): Promise<OpenState | undefined> {
  const folder = stateFolderOf(config)
  // Without a release there is nothing to go on from: somebody has emptied the warehouse.
  if (folder === undefined || wanted.release === null) return undefined
  const kept = await openFitting(config, wanted, folder)
  if (kept !== undefined || !(await wanted.restore?.())) return kept
  return openFitting(config, wanted, folder)
}

/** Closes tables that are open. */
export const closeState = ({
  engine,
  others,
}: Pick<OpenState, 'engine' | 'others'>): Promise<void> => closeAll([engine, ...others])

async function openFitting(
  config: Config,
  wanted: WantedState,
  folder: string,
): Promise<OpenState | undefined> {
  const { configHash, workFolder, isCopied = false } = wanted
  const file = databaseOf(folder)
  if (!existsSync(file)) return undefined
  const isInPlace = !isCopied && !(await isHeld(file))
  // Whoever looks into the file meanwhile locks it, and leaves it to be copied.
  const kept =
    (isInPlace ? await openKept(config, workFolder, { file, isInPlace }) : undefined) ??
    (await openKept(config, workFolder, { file, isInPlace: false }))
  if (kept === undefined) return undefined
  const { engine, record } = kept
  try {
    const hashes = await readHashes(engine)
    const isFitting =
      record.config_hash === configHash &&
      (await storePublished(config, engine, publishedOf(folder, record.release), [
        ...hashes.keys(),
      ]))
    if (!isFitting) {
      await engine.close()
      return undefined
    }
    if (!(await isOfWarehouse(record, wanted))) await writePositions(engine, [])
    return { engine, others: [], record, hashes }
  } catch (error) {
    await engine.close()
    throw error
  }
}

/** Tables of a warehouse that was emptied since, or is another, do not know what the archive of this one holds. */
const isOfWarehouse = async (
  { release, based_on }: StateRecord,
  { warehouse, release: current }: WantedState,
): Promise<boolean> =>
  release === current || based_on === current || (await isRecorded(warehouse, release))

/** A file that cannot be read any more is as good as a lost one. */
async function openKept(
  config: Config,
  workFolder: string,
  tables: KeptTables,
): Promise<Pick<OpenState, 'engine' | 'record'> | undefined> {
  const engine = await openKeptEngine(config, workFolder, tables).catch(() => undefined)
  if (engine === undefined) return undefined
  try {
    return { engine, record: await readRecord(engine) }
  } catch {
    await engine.close()
    return undefined
  }
}

async function readRecord(engine: EmbeddedEngine): Promise<StateRecord> {
  const [row] = await engine.query(
    'select release, based_on, config_hash, as_of_micros, settled_micros, overdue from state_record',
  )
  return {
    release: String(row?.release),
    based_on: row?.based_on === null ? null : String(row?.based_on),
    config_hash: String(row?.config_hash),
    as_of_micros: Number(row?.as_of_micros),
    settled_micros: Number(row?.settled_micros),
    overdue: String(row?.overdue).split(',').filter(Boolean),
  }
}

async function readHashes(engine: EmbeddedEngine): Promise<Map<string, string>> {
  const rows = await engine.query('select table_name, content_hash from state_hashes')
  return new Map(rows.map((row) => [String(row.table_name), String(row.content_hash)]))
}

/**
 * A full run leaves its published tables as the files that it published; to change them they must be tables. Returns
 * whether they are: files that are damaged or gone are as good as a damaged database.
 */
async function storePublished(
  config: Config,
  engine: EmbeddedEngine,
  folder: string,
  tables: readonly string[],
): Promise<boolean> {
  try {
    await engine.useThreads(threadsOf(config))
    const left = existsSync(folder) ? tables : await viewsAmong(engine, tables)
    for (const table of left)
      await engine.storeParquetTable(table, path.join(folder, table, 'part-0000.parquet'))
    await engine.useThreads(threadsForRows(config, 0))
    return true
  } catch {
    return false
  }
}

async function viewsAmong(engine: EmbeddedEngine, tables: readonly string[]): Promise<string[]> {
  const rows = await engine.query(
    `select table_name from information_schema.tables where table_type = 'VIEW'`,
  )
  return rows.map(({ table_name }) => String(table_name)).filter((name) => tables.includes(name))
}
