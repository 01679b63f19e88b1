import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { SourceConfig } from '../config.js'
import { type Contract, columnsOf } from '../contract.js'
import type { Engine, LandedFile, RawRows, Row } from '../engines/engine.js'
import { projectFiles } from '../project.js'
import type { LandedObject } from './land-batch.js'
import { snakeCaseKeys } from './landing/snake-case.js'
import { intakeSelect, type SourceFile } from './source-file.js'

export interface IntakeContext {
  engine: Engine
  contracts: ReadonlyMap<string, Contract>
  sourceFile: SourceFile
  source: SourceConfig
  projectFolder?: string | undefined
}

/** What a batch tells the ledger: an entry an object, and the rows that no source file could see. */
export interface BatchReads {
  reads: Row[]
  problems: Row[]
}

/** Takes landed objects into `records` or `ad_spend_records`, one engine batch a file shape. */
export async function takeIn(
  context: IntakeContext,
  landedObjects: readonly LandedObject[],
): Promise<BatchReads> {
  const result: BatchReads = { reads: [], problems: [] }
  for (const { object, landed } of landedObjects) {
    if (landed.kind === 'rows') continue
    const unreadable = landed.kind === 'unreadable'
    result.reads.push(readOf(object, landed.kind, unreadable ? 1 : 0))
    if (unreadable) result.problems.push(problem(object.objectId, 0, landed.reason))
  }
  const shapes = await shapesOf(context, landedObjects)
  for (const { object } of shapes.withoutColumns) {
    result.reads.push(readOf(object, 'unreadable', 1))
    result.problems.push(problem(object.objectId, 0, 'missing_column'))
  }
  for (const shape of shapes.readable.values()) {
    const { reads, problems } = await takeInShape(context, shape)
    result.reads.push(...reads)
    result.problems.push(...problems)
  }
  return result
}

interface ReadableObject {
  object: LandedObject['object']
  file: LandedFile
  badRows: readonly { rowNumber: number; reason: string }[]
}

interface Shapes {
  /** Objects that one engine batch can read together, by format, delimiter and keys. */
  readable: Map<string, ReadableObject[]>
  /** Objects whose header lacks a column that the config names. */
  withoutColumns: LandedObject[]
}

async function shapesOf(
  context: IntakeContext,
  landedObjects: readonly LandedObject[],
): Promise<Shapes> {
  const shapes: Shapes = { readable: new Map(), withoutColumns: [] }
  for (const { object, landed } of landedObjects) {
    if (landed.kind !== 'rows') continue
    const header = landed.header ?? (await context.engine.fileColumns(landed))
    const keys = renamed(snakeCaseKeys(header), context.source)
    const wanted = Object.keys(context.source.columns ?? {})
    if (header.length > 0 && !wanted.every((name) => keys.includes(name))) {
      shapes.withoutColumns.push({ object, landed })
      continue
    }
    const file: LandedFile = {
      path: landed.path,
      format: landed.format,
      objectId: object.objectId,
      loadedAt: object.modifiedAt.toISOString().replace('T', ' ').replace('Z', ''),
      skippedRows: landed.badRows.map(({ rowNumber }) => rowNumber),
      keys,
      ...(landed.delimiter ? { delimiter: landed.delimiter } : {}),
      ...(landed.format === 'ndjson' && context.source.columns
        ? { rename: context.source.columns }
        : {}),
    }
    const shape = [landed.format, landed.delimiter, ...keys].join('\u001f')
    const alike = shapes.readable.get(shape) ?? []
    shapes.readable.set(shape, [...alike, { object, file, badRows: landed.badRows }])
  }
  return shapes
}

/** Keys of a header under the names that the config gives them. */
function renamed(keys: readonly string[], { columns = {} }: SourceConfig): string[] {
  const names = new Map(
    Object.entries(columns).map(([canonical, given]) => [snakeCaseKeys([given])[0], canonical]),
  )
  return keys.map((key) => names.get(key) ?? key)
}

async function takeInShape(
  context: IntakeContext,
  shape: readonly ReadableObject[],
): Promise<BatchReads> {
  const { engine } = context
  const raw = await engine.openRaw(shape.map(({ file }) => file))
  const { intake, select } = await intakeSelect(engine, context.sourceFile, context.contracts)
  await engine.createEmptyTable(intake.rows, columnsOf(context.contracts.get(intake.rows)!))
  await engine.execute(`insert into ${intake.rows} ${select}`)
  await engine.execute(`insert into ${intake.records} ${intakeModel(intake.records, context)}`)
  const readable = raw.reduce((rows, found) => rows + found.rows - found.rejected.length, 0)
  const unmapped = await unmappedRows(engine, intake.rows, readable)
  await engine.closeRaw()
  return ledgerOf(shape, raw, unmapped)
}

function intakeModel(table: string, { projectFolder }: IntakeContext): string {
  const file = projectFiles(path.join('pipelines', 'intake'), '.sql', projectFolder).get(table)!
  return readFileSync(file, 'utf8')
}

/** Rows of `raw` for which the source file selected nothing at all; looked for only when the counts differ. */
async function unmappedRows(engine: Engine, rows: string, readable: number): Promise<Row[]> {
  const [mapped] = await engine.query(
    `select count(*) as row_count from (select distinct object_id, row_number from ${rows}) as mapped`,
  )
  if (Number(mapped?.row_count) === readable) return []
  return engine.query(`select r.object_id, cast(r.row_number as int) as row_number from raw r
    where not exists (select 1 from ${rows} s
      where s.object_id = r.object_id and s.row_number = r.row_number)`)
}

function ledgerOf(
  shape: readonly ReadableObject[],
  raw: readonly RawRows[],
  unmapped: readonly Row[],
): BatchReads {
  const reads: Row[] = []
  const problems: Row[] = []
  for (const { object, badRows } of shape) {
    const found = raw.find(({ objectId }) => objectId === object.objectId)!
    const reasons = new Map(found.rejected.map(({ rowNumber, reason }) => [rowNumber, reason]))
    for (const { rowNumber, reason } of badRows) reasons.set(rowNumber, reason)
    reads.push(readOf(object, 'read', found.rows))
    for (const [rowNumber, reason] of reasons)
      problems.push(problem(object.objectId, rowNumber, reason))
  }
  for (const row of unmapped) {
    problems.push(problem(String(row.object_id), Number(row.row_number), 'not_mapped'))
  }
  return { reads, problems }
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

const problem = (objectId: string, rowNumber: number, reason: string): Row => ({
  object_id: objectId,
  row_number: rowNumber,
  reason,
})
