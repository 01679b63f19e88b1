import type { SourceConfig } from '../config.js'
import type { Engine, LandedFile } from '../engines/engine.js'
import { withoutCorrupt } from './corrupt-files.js'
import type { LandedObject } from './land-batch.js'
import type { LandedRows } from './landing/land-object.js'
import { snakeCaseKeys } from './landing/snake-case.js'
import { receivedAt } from './log-objects.js'
import { missingColumns } from './missing-columns.js'
import type { RawObject } from './raw-objects.js'
import { fieldsOf, type SourceFile } from './source-file.js'

export interface ReadableObject {
  object: RawObject
  file: LandedFile
}

/** An object of which nothing is read, and why. */
interface RefusedObject {
  object: RawObject
  reason: 'corrupt_parquet' | 'missing_column'
  detail?: string
}

interface Shapes {
  /** Objects that one engine batch can read together, by format, delimiter and keys. */
  readable: Map<string, ReadableObject[]>
  /** Objects without a readable header, or whose header lacks a column that the config names. */
  refused: RefusedObject[]
  /** Objects as exported of which the engine cannot even read the header. */
  toLand: RawObject[]
}

/** Sorts landed objects by what is the same in their files; objects without rows are left out. */
export async function shapesOf(
  { engine, source, sourceFile }: { engine: Engine; source: SourceConfig; sourceFile: SourceFile },
  landedObjects: readonly LandedObject[],
): Promise<Shapes> {
  const shapes: Shapes = { readable: new Map(), refused: [], toLand: [] }
  const fields = fieldsOf(sourceFile)
  for (const { object, landed } of landedObjects) {
    if (landed.kind !== 'rows') continue
    const names = landed.header ?? (await columnsOfFile(engine, landed))
    if (names) addByShape(shapes, { object, landed, names }, source, fields)
    else if (landed.asExported) shapes.toLand.push(object)
    else shapes.refused.push({ object, reason: 'corrupt_parquet' })
  }
  return shapes
}

/** Adds an object whose column names are known to what is read together, or to what is refused. */
function addByShape(
  { readable, refused }: Shapes,
  { object, landed, names }: { object: RawObject; landed: LandedRows; names: readonly string[] },
  source: SourceConfig,
  fields: readonly string[],
): void {
  const keys = renamed(snakeCaseKeys(names), source)
  const isCertain = landed.format === 'parquet'
  const detail = missingColumns({ names, keys, fields, isCertain }, source)
  if (detail !== undefined) {
    refused.push({ object, reason: 'missing_column', detail })
    return
  }
  const shape = [landed.format, landed.delimiter, ...keys].join('\u001f')
  const file = fileOf(object, numbered(landed, object), keys, source)
  readable.set(shape, [...(readable.get(shape) ?? []), { object, file }])
}

/** Column names as a file holds them; undefined when its content cannot be read. */
async function columnsOfFile(engine: Engine, file: LandedRows): Promise<string[] | undefined> {
  const { done } = await withoutCorrupt(engine, [{ file }], () => engine.fileColumns(file))
  return done
}

/** Keys of a header under the names that the config gives them. */
function renamed(keys: readonly string[], { columns = {} }: SourceConfig): string[] {
  const names = new Map(
    Object.entries(columns).map(([canonical, given]) => [snakeCaseKeys([given])[0], canonical]),
  )
  return keys.map((key) => names.get(key) ?? key)
}

/** Rows of a log count on from object to object, so that their numbers do not hang on where it was cut. */
function numbered(landed: LandedRows, { log }: RawObject): LandedRows {
  if (!log) return landed
  const { badRows, gaps = [] } = landed
  return {
    ...landed,
    badRows: badRows.map((bad) => ({ ...bad, rowNumber: log.first + bad.rowNumber })),
    gaps: gaps.map((row) => log.first + row),
  }
}

const fileOf = (
  object: RawObject,
  { path, format, delimiter, badRows, gaps, asExported }: LandedRows,
  keys: string[],
  { columns }: SourceConfig,
): LandedFile => ({
  path,
  format,
  objectId: object.objectId,
  loadedAt: (object.log ? receivedAt(object.log, object) : object.modifiedAt)
    .toISOString()
    .replace('T', ' ')
    .replace('Z', ''),
  badRows,
  ...(gaps ? { gaps } : {}),
  ...(object.log ? { rowsBefore: object.log.first } : {}),
  keys,
  ...(delimiter ? { delimiter } : {}),
  ...(format === 'ndjson' && columns ? { rename: columns } : {}),
  ...(asExported ? { asExported } : {}),
})
