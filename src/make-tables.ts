import path from 'node:path'
import { checkTables } from './checks.js'
import { collect } from './collect/collect.js'
import type { LandedObject } from './collect/land-batch.js'
import { latestEventMicros } from './collect/latest-event.js'
import type { RawObject, Zones } from './collect/raw-objects.js'
import { type Config, sourceFunctions } from './config.js'
import { type Contract, isOfRelease, isProduced, readContracts } from './contract.js'
import type { EmbeddedEngine, Engine, Settings } from './engines/engine.js'
import { exportTables } from './export-tables.js'
import { customerSlices, readForSlices } from './identity/customer-slices.js'
import { type BatchFigures, figuresOfAll } from './increment/figures.js'
import { closeAll, isEmbedded, openEngine, runSettings } from './prepare.js'
import { loadPreviousTables } from './previous-tables.js'
import type { Slices } from './produce-in-slices.js'
import { type Producer, produce, producersInOrder } from './producers.js'
import { schemaFolders } from './project.js'
import type { MadeRecord } from './publish/manifest.js'
import type { Release } from './publish/release.js'
import type { KeptTable, MadeTable } from './publish/upload.js'
import { loadRegistries } from './registries.js'
import { countRestated, restate } from './restate/restate.js'
import { runByLineage } from './run-by-lineage.js'
import { recordOf } from './run-record.js'
import { type LogPosition, writePositions } from './state/log-positions.js'
import { type StateRecord, writeState } from './state/state.js'
import type { Storage } from './storage/storage.js'
import { type RunSummary, summarise } from './summary.js'
import { timed } from './timed.js'
import { workThenEnd } from './work-then-end.js'

export interface MakeOptions {
  config: Config
  version: string
  projectFolder?: string | undefined
  onProgress?: (message: string) => void
  /** Told in one line what happened beside the work, and does not stop it. */
  onNotice?: (message: string) => void
  /** See `RunPlace`. */
  recordTo?: string
}

/** What tables are made of, and the folder for all files on the way. */
export interface Inputs {
  zones: Zones
  warehouse: Storage
  objects: readonly RawObject[]
  workFolder: string
  previous: Release | undefined
  /** Id of the run, and of the release that it sets out to publish. */
  run: string
  configHash: string
  /** Where the reading of logs goes on once these objects are read; left as it is by whoever reads no log. */
  positions?: readonly LogPosition[]
}

/** What a run has had to read. */
export interface RunScope {
  /** Everything, or what is new since the run before. */
  mode: 'full' | 'incremental'
  objectsRead: number
  /** Objects whose earlier rows no longer count: rewritten or deleted ones. */
  objectsWithdrawn: number
}

export interface MadeTables {
  scope: RunScope
  figures: BatchFigures
  /** The published tables, by name. */
  tables: (MadeTable | KeptTable)[]
  /** Rows of the last release that are others now. */
  restated: number
  record: MadeRecord
  summary: RunSummary
  /** Ends, with their file, when the tables are left for the next run; nobody who publishes them has to wait for it. */
  left?: Promise<string>
}

/** What the steps of making share; the first session is the engine itself, the others work beside it. */
interface Making {
  options: MakeOptions
  inputs: Inputs
  engine: Engine
  sessions: readonly Engine[]
  contracts: ReadonlyMap<string, Contract>
  seconds: Record<string, number>
}

/** Where published tables are written, below the work folder of a run. */
export const exportFolderOf = (workFolder: string): string => path.join(workFolder, 'export')

/**
 * Makes and checks every table of a run in an engine of its own, and leaves the published ones as files; all of them in
 * one database too, when they are to be kept.
 */
export async function makeTables(
  options: MakeOptions,
  inputs: Inputs,
  isKept: boolean,
): Promise<MadeTables> {
  const contracts = readContracts(schemaFolders(options.projectFolder))
  const engine = await openEngine(options, inputs)
  const sessions = [engine]
  const seconds: Record<string, number> = {}
  let left: Promise<string> | undefined
  try {
    while (sessions.length < options.config.engine.parallel_models) {
      sessions.push(await engine.session())
    }
    const making = { options, inputs, engine, sessions, contracts, seconds }
    const { settings, passed } = await takeAllIn(making)
    const asOf = Number(settings.as_of_micros)
    const made = await produceAll(making, settings)
    const tables = [...made, ...(await restateAll(making, asOf, made))].sort(byTable)
    options.onProgress?.('checking contracts')
    const checks = await timed(seconds, 'checks', () => checkTables(sessions, contracts))
    const facts = { objects: inputs.objects, checks, seconds, version: options.version, asOf }
    const record = await recordOf(engine, facts)
    const summary = await summarise(engine, { published: tables, passed }, options.projectFolder)
    const hashes = new Map(tables.map(({ table, contentHash }) => [table, contentHash]))
    const figures = await figuresOfAll(engine)
    const restated = await countRestated(engine)
    if (isKept && sessions.every(isEmbedded)) {
      const kept = stateRecordOf(inputs, settings)
      left = workThenEnd(
        () => keepTables(sessions, { positions: [], ...inputs }, kept, hashes),
        () => closeAll(sessions),
      )
      left.catch(() => undefined)
    }
    const objectsRead = inputs.objects.length
    const scope: RunScope = { mode: 'full', objectsRead, objectsWithdrawn: 0 }
    return { scope, figures, tables, restated, record, summary, ...(left && { left }) }
  } finally {
    if (left === undefined) await closeAll(sessions)
  }
}

/** What tables are that were made of these inputs; `left` where they are not all up to date. */
export function stateRecordOf(
  { run, previous, configHash }: Inputs,
  settings: Settings,
  left?: Pick<StateRecord, 'settled_micros' | 'overdue'>,
): StateRecord {
  const asOfMicros = Number(settings.as_of_micros)
  return {
    release: run,
    based_on: previous?.release ?? null,
    config_hash: configHash,
    as_of_micros: asOfMicros,
    ...(left ?? { settled_micros: asOfMicros, overdue: [] }),
  }
}

/** Leaves the tables for the next run to go on from, and closes the engine; returns their file. */
export async function keepTables(
  [engine, ...others]: readonly EmbeddedEngine[],
  { positions }: Pick<Inputs, 'positions'>,
  record: StateRecord,
  hashes: ReadonlyMap<string, string>,
): Promise<string> {
  await writeState(engine!, record, hashes)
  if (positions) await writePositions(engine!, positions)
  await closeAll(others)
  return engine!.closeKept()
}

/** Fills the tables that models start from; returns the settings with the run's "now", and what `collect` returns. */
async function takeAllIn(
  making: Making,
): Promise<{ settings: Settings; passed: readonly LandedObject[] }> {
  const { engine, contracts, options, inputs } = making
  const given = runSettings(options.config)
  await engine.defineSettings({ ...given, ...sourceFunctions('', {}) })
  await loadRegistries(engine, contracts, options.projectFolder)
  const passed = await timed(making.seconds, 'collect', () => collectAll(making))
  const settings = options.config.run.as_of
    ? given
    : { ...given, as_of_micros: await latestEventMicros(engine) }
  await engine.defineSettings(settings)
  const { warehouse, previous, workFolder } = inputs
  await loadPreviousTables(engine, contracts, { warehouse, release: previous, workFolder })
  return { settings, passed }
}

function collectAll({
  engine,
  sessions,
  contracts,
  options,
  inputs,
}: Making): Promise<LandedObject[]> {
  const { config, projectFolder, onProgress } = options
  const { zones, objects, workFolder } = inputs
  const read = (count: number) => onProgress?.(`reading objects ${count}/${objects.length}`)
  return collect(
    { engine, sessions, zones, config, contracts, workFolder, projectFolder, onProgress: read },
    objects,
  )
}

/** Runs every model and kernel, and returns all tables that are published. */
async function produceAll(making: Making, settings: Settings): Promise<MadeTable[]> {
  const { options, inputs, engine, sessions, contracts, seconds } = making
  const exportFolder = exportFolderOf(inputs.workFolder)
  const given = [...contracts.values()].filter(
    (contract) => !isProduced(contract) && !isOfRelease(contract),
  )
  const tables = await exportTables(engine, given, exportFolder)
  const producers = await producersInOrder(options.projectFolder)
  let cut: Promise<Slices> | undefined
  const slices = () => (cut ??= customerSlices(engine, options.config.engine.slice_records))
  const nodes = producers.map((producer) => nodeOf(producer, contracts))
  await runByLineage(nodes, sessions, async (session, { producer }) => {
    options.onProgress?.(`making ${producer.table}`)
    const context = { settings, contracts, exportFolder, slices }
    const made = await timed(seconds, producer.table, () => produce(session, producer, context))
    tables.push(...made)
  })
  return tables
}

/** A model that is made in slices of customers waits for those, whatever it reads. */
function nodeOf(producer: Producer, contracts: ReadonlyMap<string, Contract>) {
  const { table, makes, reads } = producer
  const isSliced = contracts.get(table)?.slicedByCustomer
  return { table, makes, reads: isSliced ? [...reads, ...readForSlices] : reads, producer }
}

/** Makes the tables of the release, and returns those that are published. */
async function restateAll(
  { options, inputs, engine, contracts, seconds }: Making,
  asOf: number,
  made: readonly MadeTable[],
): Promise<MadeTable[]> {
  options.onProgress?.('comparing with the last release')
  const hashes = new Map(made.map(({ table, contentHash }) => [table, contentHash]))
  await timed(seconds, 'restatements', () =>
    restate({ options, inputs, contracts, engine, hashes, asOf, hasNotes: false }),
  )
  const last = [...contracts.values()].filter(isOfRelease)
  return exportTables(engine, last, exportFolderOf(inputs.workFolder))
}

/** Order of published tables. */
export const byTable = (a: { table: string }, b: { table: string }): number =>
  a.table < b.table ? -1 : 1
