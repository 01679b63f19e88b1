import type { LandedFile, RawRows } from '../engine.js'
import type { Statements } from './statements.js'

interface AllRows {
  /** The relation of the rows of objects. */
  rows: string
  /** Objects that have none there, since only a landing can tell their records. */
  toLand: ReadonlySet<string>
}

/** How many rows each object has, and which of them are no records. */
export async function rowsByObject(
  statements: Statements,
  files: readonly LandedFile[],
  { rows, toLand }: AllRows,
): Promise<RawRows[]> {
  const counted = await statements.rows(
    'raw',
    `select object_id, count(*) as row_count from ${rows} group by object_id`,
  )
  const bad = await statements.rows(
    'raw',
    `select object_id, row_number, reason from ${rows} where reason is not null
    order by object_id nulls last, row_number nulls last`,
  )
  const found = new Map(
    files.map(({ objectId }): [string, RawRows] => [
      objectId,
      { objectId, rows: 0, rejected: [], ...(toLand.has(objectId) ? { needsLanding: true } : {}) },
    ]),
  )
  for (const { object_id, row_count } of counted)
    found.get(String(object_id))!.rows = Number(row_count)
  for (const { object_id, row_number, reason } of bad)
    found
      .get(String(object_id))!
      .rejected.push({ rowNumber: Number(row_number), reason: String(reason) })
  return [...found.values()]
}
