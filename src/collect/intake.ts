import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { SourceConfig } from '../config.js'
import type { Contract } from '../contract.js'
import type { Engine, RawRows, Row } from '../engines/engine.js'
import { projectFiles } from '../project.js'
import { sqlError } from '../sql-error.js'
import { withoutCorrupt } from './corrupt-files.js'
import { type ReadableObject, shapesOf } from './file-shapes.js'
import type { LandedObject } from './land-batch.js'
import { mappedRows } from './mapped-rows.js'
import type { RawObject } from './raw-objects.js'
import { type Intake, intakeSelect, type SourceFile } from './source-file.js'

export interface IntakeContext {
  engine: Engine
  contracts: ReadonlyMap<string, Contract>
  sourceFile: SourceFile
  source: SourceConfig
  projectFolder?: string | undefined
}

/**
 * What objects tell the ledger: an entry each, and why nothing could be read of those that are refused. Problems of
 * rows, of which there may be as many as rows, are entered in `row_problems` by the engine.
 */
export interface Ledger {
  reads: Row[]
  refusals: Row[]
}

/** What a batch tells. */
export interface BatchReads extends Ledger {
  /** Objects that the engine could not read as they were exported: nothing of them is in the tables, or here, until they are landed. */
  toLand: RawObject[]
}

/**
 * Takes landed objects into `records` or `ad_spend_records`, one engine batch a file shape; a cluster, which takes seconds
 * to plan what it does with a source, is given all shapes at once.
 */
export async function takeIn(
  context: IntakeContext,
  landedObjects: readonly LandedObject[],
): Promise<BatchReads> {
  const result: BatchReads = { reads: [], refusals: [], toLand: [] }
  for (const { object, landed } of landedObjects) {
    if (landed.kind === 'rows') continue
    if (landed.kind === 'unreadable') refuse(result, object, landed)
    else result.reads.push(readOf(object, landed.kind, 0))
  }
  const shapes = await shapesOf(context, landedObjects)
  for (const { object, ...why } of shapes.refused) refuse(result, object, why)
  result.toLand.push(...shapes.toLand)
  const readable = [...shapes.readable.values()]
  for (const shape of context.engine.isDistributed ? allAtOnce(readable) : readable) {
    const { done, corrupt } = await withoutCorrupt(context.engine, shape, (readable) =>
      takeInShape(context, readable),
    )
    if (done) {
      addTo(result, done)
      result.toLand.push(...done.toLand)
    }
    for (const { object, file } of corrupt) {
      if (file.asExported) result.toLand.push(object)
      else refuse(result, object, { reason: 'corrupt_parquet' })
    }
  }
  return result
}

const allAtOnce = (shapes: ReadableObject[][]): ReadableObject[][] =>
  shapes.length === 0 ? [] : [shapes.flat()]

/** Adds what one lot of objects tells to what others have told. */
export function addTo(all: Ledger, { reads, refusals }: Ledger): void {
  for (const read of reads) all.reads.push(read)
  for (const refusal of refusals) all.refusals.push(refusal)
}

/** Enters an object of which nothing can be read as one rejected row. */
function refuse(
  result: BatchReads,
  object: LandedObject['object'],
  { reason, detail }: { reason: string; detail?: string },
): void {
  result.reads.push(readOf(object, 'unreadable', 1))
  result.refusals.push({
    object_id: object.objectId,
    row_number: 0,
    reason,
    detail: detail ?? null,
  })
}

async function takeInShape(
  context: IntakeContext,
  shape: readonly ReadableObject[],
): Promise<BatchReads> {
  const { engine } = context
  const files = shape.map(({ file }) => file)
  const raw = await engine.openRaw(files, context.sourceFile.select)
  const source = { ...context.sourceFile, select: raw.select }
  const { intake, select } = await intakeSelect(engine, source, context.contracts)
  await engine.createScratchView(intake.rows, select)
  try {
    await engine.insertInto(intake.records, intakeModel(intake.records, context.projectFolder))
  } catch (error) {
    throw sqlError({ file: source.file, table: intake.records }, error)
  }
  const rejected = raw.objects.reduce((rows, found) => rows + found.rejected, 0)
  const readable = raw.objects.reduce((rows, found) => rows + found.rows, -rejected)
  if (rejected > 0) await engine.insertInto('row_problems', problems('raw_rejected', 'r.reason'))
  const mapped = await mappedRows(context, intake.records, shape)
  if (mapped !== readable)
    await engine.insertInto(
      'row_problems',
      `${problems('raw', `'not_mapped'`)} where not exists (select 1 from ${intake.records} s
        where s.object_id = r.object_id and s.row_number = r.row_number)`,
    )
  await engine.closeRaw()
  return readsOf(shape, raw.objects)
}

/** The SELECT that types the texts of a source into this table. */
export function intakeModel(table: Intake['records'], projectFolder?: string): string {
  const file = projectFiles(path.join('pipelines', 'intake'), '.sql', projectFolder).get(table)!
  return readFileSync(file, 'utf8')
}

/** The SELECT of rows of `row_problems`. */
const problems = (relation: string, reason: string): string =>
  `select r.object_id, r.row_number, ${reason} as reason, cast(null as string) as detail from ${relation} r`

function readsOf(shape: readonly ReadableObject[], raw: readonly RawRows[]): BatchReads {
  const result: BatchReads = { reads: [], refusals: [], toLand: [] }
  const byObject = new Map(raw.map((found) => [found.objectId, found]))
  for (const { object } of shape) {
    const { needsLanding, rows } = byObject.get(object.objectId)!
    if (needsLanding) result.toLand.push(object)
    else result.reads.push(readOf(object, 'read', rows))
  }
  return result
}

const readOf = (object: LandedObject['object'], status: string, rowsRead: number): Row => ({
  object_id: object.objectId,
  source: object.source,
  object_key: object.key,
  etag: object.etag,
  bytes: object.bytes,
  status,
  rows_read: rowsRead,
})
