import { rm } from 'node:fs/promises'
import path from 'node:path'
import { type Config, sourceFunctions } from '../config.js'
import { type Contract, columnsOf } from '../contract.js'
import type { Engine, Row } from '../engines/engine.js'
import { ThroughlineError } from '../errors.js'
import { examineBatch } from './examine-batch.js'
import { type BatchReads, takeIn } from './intake.js'
import {
  type BatchLimits,
  inBatches,
  type LandedObject,
  landBatch,
  landedLimits,
} from './land-batch.js'
import type { RawObject, Zones } from './raw-objects.js'
import { requireUnchanged } from './require-unchanged.js'
import { readSourceFiles, type SourceFile } from './source-file.js'

export interface CollectContext {
  engine: Engine
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

/** Reads every object into typed records and notes what each held. */
export async function collect(
  context: CollectContext,
  objects: readonly RawObject[],
): Promise<void> {
  const { engine, config, contracts } = context
  for (const table of collectedTables) {
    await engine.createEmptyTable(table, columnsOf(contracts.get(table)!))
  }
  const { reads, problems } = await readObjects(context, objects)
  const sources = Object.entries(config.sources).map(([source, { preset, prefix, topic }]) => ({
    source,
    preset,
    prefix: prefix ?? null,
    topic: topic ?? null,
  }))
  await engine.writeRows('sources', columnsOf(contracts.get('sources')!), sources)
  await engine.writeRows('object_reads', columnsOf(contracts.get('object_reads')!), reads)
  await engine.writeRows('row_problems', columnsOf(contracts.get('row_problems')!), problems)
}

/** Reads objects into `records` and `ad_spend_records`; returns the rows of `object_reads` and `row_problems`. */
export async function readObjects(
  context: CollectContext,
  objects: readonly RawObject[],
): Promise<BatchReads> {
  const { engine, config } = context
  const sourceFiles = await readSourceFiles(context.projectFolder)
  const reads: Row[] = []
  const problems: Row[] = []
  const batches = batchesOf(config, objects, engine.isDistributed ? inPlaceLimits : landedLimits)
  for await (const { name, landed } of landedAhead(context, batches)) {
    const source = config.sources[name]!
    const sourceFile = sourceFileOf(sourceFiles, source.preset, name)
    await engine.defineSettings(sourceFunctions(name, source))
    const taken: BatchReads = await takeIn({ ...context, sourceFile, source }, landed)
    reads.push(...taken.reads)
    problems.push(...taken.problems)
    context.onProgress?.(reads.length)
  }
  if (engine.isDistributed) await requireUnchanged(context.zones, config.sources, objects)
  return { reads, problems }
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

/** Lands or examines one batch while the engine takes in the one before; each is removed when it has been taken in. */
async function* landedAhead(
  { engine, zones, config, workFolder, projectFolder }: CollectContext,
  batches: readonly Batch[],
): AsyncGenerator<{ name: string; landed: LandedObject[] }> {
  const folderOf = (index: number) => path.join(workFolder, 'landing', String(index))
  const prepare = engine.isDistributed ? examineBatch : landBatch
  const land = (index: number): Promise<LandedObject[]> | undefined => {
    const batch = batches[index]
    return (
      batch &&
      prepare(zones, batch.objects, config.sources[batch.name]!, {
        folder: folderOf(index),
        parallelDownloads: config.storage.parallel_downloads,
        projectFolder,
      })
    )
  }
  let next = land(0)
  for (const [index, { name }] of batches.entries()) {
    const landed = await next!
    next = land(index + 1)
    next?.catch(() => undefined)
    yield { name, landed }
    await rm(folderOf(index), { recursive: true, force: true })
  }
}

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
