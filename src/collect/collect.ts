import { rm } from 'node:fs/promises'
import path from 'node:path'
import { allDone } from '../all-done.js'
import { type Config, type SourceConfig, sourceFunctions } from '../config.js'
import { type Contract, columnsOf } from '../contract.js'
import type { Engine, Row } from '../engines/engine.js'
import { ThroughlineError } from '../errors.js'
import { foldersWithColons } from './colon-names.js'
import { examineBatch } from './examine-batch.js'
import type { ExamineOptions } from './examine-object.js'
import { addTo, type Ledger, takeIn } from './intake.js'
import {
  type BatchLimits,
  type BatchOptions,
  inBatches,
  type LandedObject,
  landBatch,
  landedLimits,
} from './land-batch.js'
import { passAll } from './pass-through.js'
import type { RawObject, Zones } from './raw-objects.js'
import { requireUnchanged } from './require-unchanged.js'
import { readSourceFiles, type SourceFile } from './source-file.js'

export interface CollectContext {
  engine: Engine
  /** Sessions of an embedded engine that take in a batch each at a time; the engine alone when absent. */
  sessions?: readonly Engine[]
  zones: Zones
  config: Config
  contracts: ReadonlyMap<string, Contract>
  workFolder: string
  projectFolder?: string | undefined
  /** Called after each batch with the objects read so far. */
  onProgress?: (objectsRead: number) => void
}

/** The tables that collect makes; everything else of its stage is SQL over them. */
export const collectedTables = [
  'records',
  'ad_spend_records',
  'object_reads',
  'row_problems',
  'sources',
] as const

/**
 * Reads every object into typed records and notes what each held. Returns the objects that an engine could not read
 * where they lie.
 */
export async function collect(
  context: CollectContext,
  objects: readonly RawObject[],
): Promise<LandedObject[]> {
  const { engine, config, contracts } = context
  for (const table of collectedTables) {
    await engine.createEmptyTable(table, columnsOf(contracts.get(table)!))
  }
  const { reads, passed } = await readObjects(context, objects)
  const sources = Object.entries(config.sources).map(([source, { preset, prefix, topic }]) => ({
    source,
    preset,
    prefix: prefix ?? null,
    topic: topic ?? null,
  }))
  await engine.writeRows('sources', columnsOf(contracts.get('sources')!), sources)
  await engine.writeRows('object_reads', columnsOf(contracts.get('object_reads')!), reads)
  return passed
}

/** The rows of `object_reads`, and the objects that passed through this process on their way to a cluster. */
interface Reads {
  reads: Row[]
  passed: LandedObject[]
}

/** Reads objects into `records`, `ad_spend_records` and `row_problems`, which are there. */
export async function readObjects(
  context: CollectContext,
  objects: readonly RawObject[],
): Promise<Reads> {
  const { engine, config } = context
  const sourceFiles = await readSourceFiles(context.projectFolder)
  const all: Reads & Ledger = { reads: [], refusals: [], passed: [] }
  const batches = batchesOf(config, objects, engine.isDistributed ? inPlaceLimits : landedLimits)
  const landed = landedAhead(context, batches)
  const sessions = engine.isDistributed ? [engine] : (context.sessions ?? [engine])
  const takeInSome = async (session: Engine) => {
    for await (const batch of landed) {
      await takeInBatch({ ...context, engine: session }, sourceFiles, batch, all)
      context.onProgress?.(all.reads.length)
    }
  }
  await allDone(sessions.map(takeInSome))
  await enterRefusals(context, all.refusals)
  if (engine.isDistributed) await requireUnchanged(context.zones, config.sources, objects)
  return all
}

async function enterRefusals(
  { engine, contracts }: CollectContext,
  refusals: readonly Row[],
): Promise<void> {
  if (refusals.length === 0) return
  const table = 'object_refusals'
  await engine.writeRows(table, columnsOf(contracts.get('row_problems')!), refusals)
  await engine.insertInto('row_problems', `select * from ${table}`)
  await engine.drop('table', table)
}

async function takeInBatch(
  context: CollectContext,
  sourceFiles: ReadonlyMap<string, SourceFile>,
  { name, landed, folder }: LandedBatch,
  all: Reads & Ledger,
): Promise<void> {
  const source = context.config.sources[name]!
  const sourceFile = sourceFileOf(sourceFiles, source.preset, name)
  await context.engine.defineOwnSettings(sourceFunctions(name, source))
  const taking = { ...context, sourceFile, source }
  const taken = await takeIn(taking, landed)
  const passed = await landLate(context, source, taken.toLand)
  addTo(all, taken)
  if (passed.length > 0) addTo(all, await takeIn(taking, passed))
  all.passed.push(...landed.filter(({ landedBecause }) => landedBecause !== undefined), ...passed)
  await rm(folder, { recursive: true, force: true })
}

/** Objects of one source that are landed and taken in together. */
interface Batch {
  /** Name of the source. */
  name: string
  objects: RawObject[]
}

/** Objects that are read where they lie: as many as one statement can name. */
const inPlaceLimits: BatchLimits = { objects: 5000, bytes: Number.POSITIVE_INFINITY }

const batchesOf = (
  { sources }: Config,
  objects: readonly RawObject[],
  limits: BatchLimits,
): Batch[] =>
  Object.keys(sources)
    .sort()
    .flatMap((name) =>
      inBatches(
        objects.filter(({ source }) => source === name),
        limits,
      ).map((batch) => ({ name, objects: batch })),
    )

interface LandedBatch {
  /** Name of the source. */
  name: string
  landed: LandedObject[]
  /** Holds what has landed, until it has been taken in. */
  folder: string
}

/** Lands or examines one batch while those before it are taken in. */
async function* landedAhead(
  context: CollectContext,
  batches: readonly Batch[],
): AsyncGenerator<LandedBatch> {
  const keys = batches.flatMap(({ objects }) => objects.map(({ key }) => key))
  const options = { foldersWithColons: foldersWithColons(keys) }
  const land = (index: number) =>
    landedBatch(context, batches[index], { ...options, ...optionsOf(context, String(index)) })
  let next = land(0)
  for (const [index, { name }] of batches.entries()) {
    const landed = await next
    next = land(index + 1)
    next.catch(() => undefined)
    yield { name, landed, folder: optionsOf(context, String(index)).folder }
  }
}

async function landedBatch(
  context: CollectContext,
  batch: Batch | undefined,
  options: BatchOptions & ExamineOptions,
): Promise<LandedObject[]> {
  if (batch === undefined) return []
  const { engine, zones, config } = context
  const source = config.sources[batch.name]!
  if (!engine.isDistributed) return landBatch(zones, batch.objects, source, options)
  return examineBatch(zones, batch.objects, source, { ...options, takeFile: engine.takeFile })
}

/** Lands objects that a distributed engine could not read where they lie. */
const landLate = async (
  context: CollectContext,
  source: SourceConfig,
  toLand: readonly RawObject[],
): Promise<LandedObject[]> =>
  context.engine.isDistributed && toLand.length > 0
    ? passAll(context.zones, toLand, source, {
        ...optionsOf(context, 'late'),
        takeFile: context.engine.takeFile,
      })
    : []

const optionsOf = (
  { config, workFolder, projectFolder }: CollectContext,
  folder: string,
): BatchOptions => ({
  folder: path.join(workFolder, 'landing', folder),
  parallelDownloads: config.storage.parallel_downloads,
  projectFolder,
})

function sourceFileOf(
  files: ReadonlyMap<string, SourceFile>,
  preset: string,
  name: string,
): SourceFile {
  const file = files.get(preset)
  if (file) return file
  throw new ThroughlineError({
    code: 'config',
    at: `sources.${name}.preset`,
    expected: `one of ${[...files.keys()].join(', ')}`,
    found: preset,
    remedy: 'Name a file of pipelines/collect, or add one.',
  })
}
