import type { Config } from '../config-schema.js'
import type { Storage } from '../storage/storage.js'

/** A value as a small result carries it: 64-bit integers and decimals arrive as text, so that none is rounded. */
export type Value = string | number | boolean | null | readonly Value[] | { [field: string]: Value }
export type Row = Record<string, Value>

/** Zero-argument functions by name, and their values: `journeys_session_timeout_minutes` is 30. */
export type Settings = Readonly<Record<string, string | number | boolean>>

export interface Column {
  name: string
  /** Portable type name: bigint, int, double, decimal(18,4), boolean, string, date, timestamp. */
  type: string
}

/** One object of a source, landed where the engine can read it. */
export interface LandedFile {
  path: string
  format: 'csv' | 'ndjson' | 'parquet'
  objectId: string
  /** UTC, ISO without zone. */
  loadedAt: string
  delimiter?: string
  /** Keys of the payload, in the order of the file's columns (csv, parquet). */
  keys?: readonly string[]
  /** Keys to add to a JSON payload -> the dotted path that holds the value. */
  rename?: Readonly<Record<string, string>>
  /** Rows of the same log that lie before the file's first: its rows are numbered from there on. */
  rowsBefore?: number
  /** Rows that landing has found bad: why it has goes before what the engine finds. */
  badRows?: readonly RejectedRow[]
  /** Row numbers of the file that stand for no record; they are no rows at all. */
  gaps?: readonly number[]
  /** Where the engine reads the object itself, in place: what landing would have gone by. The engine tells bad rows itself. */
  asExported?: AsExported
}

/** How the records of an exported text are told apart. */
export interface AsExported {
  /** Quotes enclose fields, as in CSV; else they mean nothing. */
  quoted: boolean
  /** Whether a record of column names comes first. */
  hasHeader: boolean
  /** A longer record is none. */
  maxRecordBytes: number
}

/** How many records an object holds, and how many of them are rows of `raw_rejected` instead of `raw`. */
export interface RawRows {
  objectId: string
  rows: number
  rejected: number
  /** The engine cannot tell the records of this object, which lies as it was exported: none of them is a row of `raw`. */
  needsLanding?: true
}

export interface OpenedRaw {
  /** What each object holds. */
  objects: RawRows[]
  /** The SELECT, its field look-ups fused into one pass where the engine gains from it. */
  select: string
}

export interface RejectedRow {
  rowNumber: number
  reason: string
}

export interface WrittenFile {
  path: string
  rows: number
  bytes: number
}

/** A file of a distributed engine, as an object of the warehouse's storage. */
export interface StoredFile {
  key: string
  rows: number
  bytes: number
}

/** What every engine does; nothing outside of `src/engines/` imports one. */
interface AnyEngine {
  readonly kind: string
  /**
   * Whether it works apart from this process: it reads objects where they lie and writes tables to the warehouse's
   * storage itself, sees none of our files, and bounds its own memory. Else objects are landed in files for it.
   */
  readonly isDistributed: boolean
  /** Runs statements that return nothing. */
  execute(sql: string): Promise<void>
  /** Returns a small result whole; never rows of customers at scale. */
  query(sql: string): Promise<Row[]>
  /** Column names and portable types of a SELECT, without running it. */
  describe(select: string): Promise<Column[]>
  /** (Re)defines zero-argument functions: settings that models read as `journeys_session_timeout_minutes()`. */
  defineSettings(settings: Settings): Promise<void>
  /** The same for this session alone, whatever other sessions are told; those of a distributed engine share them. */
  defineOwnSettings(settings: Settings): Promise<void>
  /** Creates a view for the batch at hand, which only this session sees; of a distributed engine, all do. */
  createScratchView(view: string, select: string): Promise<void>
  /** Creates a table that is not kept; sessions see it before a kept one of its name. */
  createScratchTable(table: string, select: string): Promise<void>
  dropScratchTables(tables: readonly string[]): Promise<void>
  /** Drops a table or a view that is read no more. */
  drop(kind: 'table' | 'view', name: string): Promise<void>
  /** Replaces whatever had the name. */
  createTable(table: string, select: string): Promise<void>
  createView(table: string, select: string): Promise<void>
  createEmptyTable(table: string, columns: readonly Column[]): Promise<void>
  insertInto(table: string, select: string): Promise<void>
  /** Column names of a landed Parquet file; none for other formats. */
  fileColumns(file: Pick<LandedFile, 'path' | 'format'>): Promise<string[]>
  /** Whether the content of a landed file can be read to its end; throws when something else prevents it. */
  readsWhole(file: Pick<LandedFile, 'path' | 'format'>): Promise<boolean>
  /**
   * Makes relations of landed files, of one shape for an embedded engine: `raw`, for a SELECT of a source file, and
   * `raw_rejected`, the records that are none, by `object_id`, `row_number` and `reason`. However many these are, they
   * stay where they are.
   */
  openRaw(files: readonly LandedFile[], select: string): Promise<OpenedRaw>
  closeRaw(): Promise<void>
  /** Integer columns of a SELECT as typed arrays, all of the same length, no nulls. */
  readIntegers(select: string): Promise<Int32Array[]>
  /** Creates a table of INT columns from typed arrays of the same length. */
  writeIntegers(table: string, columns: Readonly<Record<string, Int32Array>>): Promise<void>
  /** Creates a table from rows of TypeScript values, typed by the columns. */
  writeRows(table: string, columns: readonly Column[], rows: readonly Row[]): Promise<void>
  readParquet(table: string, files: readonly string[]): Promise<void>
  /** Makes Parquet files the table: rows that are published anyway are stored once. */
  createParquetTable(table: string, files: readonly string[]): Promise<void>
  /** Order-independent digest of the rows of a table: equal rows give equal text on any engine. */
  contentHash(table: string, columns: readonly Column[]): Promise<string>
  /** SQL expression of a number that differs where any of the columns does, as good as surely. */
  rowDigest(columns: readonly string[]): string
  /** SQL of a number that rows of equal values in these columns share, and hardly any others; not the same on every engine. */
  keyHash(columns: readonly string[]): string
  version(): Promise<string>
  /**
   * Another session on the same tables, for work at the same time; closed before the engine is. Those of a distributed
   * engine are one, so that of work at the same time only one may define its own settings, scratch views or `raw`.
   */
  session(): Promise<Engine>
  close(): Promise<void>
}

/** An engine within this process: its tables can be made in slices, change in place, and be kept from run to run. */
export interface EmbeddedEngine extends AnyEngine {
  readonly isDistributed: false
  /** Writes a SELECT, in its own order, as one Parquet file. */
  writeParquet(select: string, file: string): Promise<WrittenFile>
  /** Joins Parquet files end to end, in their order, into one. */
  joinParquet(files: readonly string[], file: string): Promise<WrittenFile>
  /** As `createScratchTable`, and tells how many rows the table has. */
  fillScratchTable(table: string, select: string): Promise<number>
  /**
   * Until `endSlice`, SELECTs of this session see of each of these tables only the rows that fit its condition, of one in
   * `instead` those of that relation.
   */
  defineSlice(
    conditions: Readonly<Record<string, string>>,
    instead?: Readonly<Record<string, string>>,
  ): Promise<void>
  /**
   * A condition that all rows of a stored table fit whose column is among keys: they lie from the first of them on. New rows
   * lie last, and those before them, however wide, are not read.
   */
  fromFirst(table: string, column: string, keys: string): string
  endSlice(): Promise<void>
  createEmptyScratchTable(table: string, columns: readonly Column[]): Promise<void>
  writeScratchRows(table: string, columns: readonly Column[], rows: readonly Row[]): Promise<void>
  renameScratchTable(table: string, name: string): Promise<void>
  /** Takes the rows of a Parquet file over into a table of the engine's own. */
  storeParquetTable(table: string, file: string): Promise<void>
  session(): Promise<EmbeddedEngine>
  /** Closes and leaves all tables in one file for another engine to go on from; returns where. */
  closeKept(): Promise<string>
  /** Shares each statement from now on, of any session, among so many threads, that of its session included. */
  useThreads(threads: number): Promise<void>
}

/** Tables that an engine left in a file for another to go on from. */
export interface KeptTables {
  file: string
  /** Whether to work on the file itself where that may be, not on a copy: nobody else may need it as it is. */
  isInPlace: boolean
}

/** An engine on a cluster, whose tables are objects of the warehouse's storage from the beginning. */
export interface DistributedEngine extends AnyEngine {
  readonly isDistributed: true
  session(): Promise<DistributedEngine>
  /** Puts a file of this process where the engine reads files, and tells that place; it goes with the run. */
  takeFile(file: string): Promise<string>
  /** Makes a table of a SELECT, in its own order, and tells the files that hold it, which go with the run. */
  store(table: string, select: string): Promise<StoredFile[]>
}

/** What runs the models. */
export type Engine = EmbeddedEngine | DistributedEngine

/** A run, as an engine that works apart from this process has to know it. */
export interface RunPlace {
  /** Of the run; no other has it. */
  id: string
  config: Config
  /** Tables on their way lie below `workPrefix` of it. */
  warehouse: Storage
  /** A folder for the statements that make the tables, as SQL to be run again; of engines that record them. */
  recordTo?: string
  /** Told in one line what somebody who waits for the run should know. */
  onNotice?: (message: string) => void
}

/** Where a distributed engine writes on the way, below the id of its run: nobody needs it once the run has ended. */
export const workPrefix = '_work/'

export interface EngineOptions {
  /** Folder for the engine's own files; removed by whoever made it. */
  workFolder: string
  threads?: number
  memoryLimitMegabytes?: number
  /** What the tables are made for; an engine that works apart from this process needs it. */
  run?: RunPlace
}
