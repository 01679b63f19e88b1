import type { SourceConfig } from '../config.js'
import type { Engine, LandedFile } from '../engines/engine.js'
import { withoutCorrupt } from './corrupt-files.js'
import type { LandedObject } from './land-batch.js'
import type { LandedRows } from './landing/land-object.js'
import { snakeCaseKeys } from './landing/snake-case.js'
import { receivedAt } from './log-objects.js'

export interface ReadableObject {
  object: LandedObject['object']
  file: LandedFile
  badRows: LandedRows['badRows']
  /** Row numbers of offsets without a record. */
  gaps: ReadonlySet<number>
}

interface Shapes {
  /** Objects that one engine batch can read together, by format, delimiter and keys. */
  readable: Map<string, ReadableObject[]>
  /** Objects without a readable header, or whose header lacks a column that the config names. */
  refused: { object: LandedObject['object']; reason: 'corrupt_parquet' | 'missing_column' }[]
  /** Objects as exported of which the engine cannot even read the header. */
  toLand: LandedObject['object'][]
}

/** Sorts landed objects by what is the same in their files; objects without rows are left out. */
export async function shapesOf(
  { engine, source }: { engine: Engine; source: SourceConfig },
  landedObjects: readonly LandedObject[],
): Promise<Shapes> {
  const shapes: Shapes = { readable: new Map(), refused: [], toLand: [] }
  for (const { object, landed } of landedObjects) {
    if (landed.kind !== 'rows') continue
    const header = landed.header ?? (await columnsOfFile(engine, landed))
    const keys = header && renamed(snakeCaseKeys(header), source)
    if (!keys && landed.asExported) shapes.toLand.push(object)
    else if (!keys) shapes.refused.push({ object, reason: 'corrupt_parquet' })
    else if (lacksColumn(keys, source)) shapes.refused.push({ object, reason: 'missing_column' })
    else {
      const shape = [landed.format, landed.delimiter, ...keys].join('\u001f')
      const readable = readableOf(object, numbered(landed, object), keys, source)
      shapes.readable.set(shape, [...(shapes.readable.get(shape) ?? []), readable])
    }
  }
  return shapes
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

/** Whether a header lacks a column that the config names; formats without a header lack none. */
const lacksColumn = (keys: readonly string[], { columns = {} }: SourceConfig): boolean =>
  keys.length > 0 && !Object.keys(columns).every((name) => keys.includes(name))

/** Rows of a log count on from object to object, so that their numbers do not hang on where it was cut. */
function numbered(landed: LandedRows, { log }: LandedObject['object']): LandedRows {
  if (!log) return landed
  const { badRows, gaps = [] } = landed
  return {
    ...landed,
    badRows: badRows.map((bad) => ({ ...bad, rowNumber: log.first + bad.rowNumber })),
    gaps: gaps.map((row) => log.first + row),
  }
}

const readableOf = (
  object: LandedObject['object'],
  landed: LandedRows,
  keys: string[],
  source: SourceConfig,
): ReadableObject => ({
  object,
  file: fileOf(object, landed, keys, source),
  badRows: landed.badRows,
  gaps: new Set(landed.gaps),
})

const fileOf = (
  object: LandedObject['object'],
  { path, format, delimiter, badRows, asExported }: LandedRows,
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
  skippedRows: badRows.map(({ rowNumber }) => rowNumber),
  ...(object.log ? { rowsBefore: object.log.first } : {}),
  keys,
  ...(delimiter ? { delimiter } : {}),
  ...(format === 'ndjson' && columns ? { rename: columns } : {}),
  ...(asExported ? { asExported } : {}),
})
