import { rm } from 'node:fs/promises'
import path from 'node:path'
import { type Config, sourceFunctions } from '../config.js'
import { type Contract, columnsOf } from '../contract.js'
import type { Engine, Row } from '../engines/engine.js'
import { ThroughlineError } from '../errors.js'
import { type BatchReads, takeIn } from './intake.js'
import { inBatches, type LandedObject, landBatch } from './land-batch.js'
import type { RawObject, Zones } from './raw-objects.js'
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
  for await (const { name, landed } of landedAhead(context, batchesOf(config, objects))) {
    const source = config.sources[name]!
    const sourceFile = sourceFileOf(sourceFiles, source.preset, name)
    await engine.defineSettings(sourceFunctions(name, source))
    const taken: BatchReads = await takeIn({ ...context, sourceFile, source }, landed)
    reads.push(...taken.reads)
    problems.push(...taken.problems)
    context.onProgress?.(reads.length)
  }
  return { reads, problems }
}

/** Objects of one source that are landed and taken in together. */
interface Batch {
  /** Name of the source. */
  name: string
  objects: RawObject[]
}

const batchesOf = ({ sources }: Config, objects: readonly RawObject[]): Batch[] =>
  Object.keys(sources)
    .sort()
    .flatMap((name) =>
      inBatches(objects.filter(({ source }) => source === name)).map((batch) => ({
        name,
        objects: batch,
      })),
    )

/** Lands one batch while the engine takes in the one before; each is removed when it has been taken in. */
async function* landedAhead(
  { zones, config, workFolder, projectFolder }: CollectContext,
  batches: readonly Batch[],
): AsyncGenerator<{ name: string; landed: LandedObject[] }> {
  const folderOf = (index: number) => path.join(workFolder, 'landing', String(index))
  const land = (index: number): Promise<LandedObject[]> | undefined => {
    const batch = batches[index]
    return (
      batch &&
      landBatch(zones, batch.objects, config.sources[batch.name]!, {
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
