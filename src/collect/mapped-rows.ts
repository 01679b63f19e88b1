import { counted } from '../counted.js'
import type { Engine } from '../engines/engine.js'
import { ThroughlineError } from '../errors.js'
import { quoted } from '../sql.js'
import type { ReadableObject } from './file-shapes.js'
import type { Intake, SourceFile } from './source-file.js'

interface Taken {
  engine: Engine
  sourceFile: SourceFile
}

/**
 * Counts the rows of objects of which a source file has made records. Throws `model` where records of a row share a
 * number: a record is told by its place, so of two at one place either would go for a copy of the other.
 */
export async function mappedRows(
  { engine, sourceFile }: Taken,
  records: Intake['records'],
  shape: readonly ReadableObject[],
): Promise<number> {
  const objects = shape.map(({ object }) => `(${quoted(object.objectId)})`).join(', ')
  const made = `${records} r semi join (values ${objects}) as o(object_id) on o.object_id = r.object_id`
  const [found] = await engine.query(
    `select count(*) as row_count, coalesce(sum(records), 0) as records
    from (select count(*) as records from ${made} group by r.object_id, r.row_number) as by_row`,
  )
  const rows = Number(found?.row_count)
  const number = records === 'records' ? ', r.record_no' : ''
  if (Number(found?.records) > rows) await requireOwnNumbers(engine, made, { number, sourceFile })
  return rows
}

async function requireOwnNumbers(
  engine: Engine,
  made: string,
  { number, sourceFile }: { number: string; sourceFile: SourceFile },
): Promise<void> {
  const [shared] = await engine.query(
    `select count(*) as places from (
      select 1 as one from ${made} group by r.object_id, r.row_number${number} having count(*) > 1) as shared`,
  )
  const places = Number(shared?.places)
  if (places === 0) return
  throw new ThroughlineError({
    code: 'model',
    at: sourceFile.file,
    expected: 'a number of its own (record_no) for each record of a row',
    found: `${counted(places, 'number')} that several records share`,
    remedy: 'Number the records of a row from 0, or select one record a row.',
  })
}
