import type { LandedFile, RawRows } from '../engine.js'
import type { Statements } from './statements.js'

interface AllRows {
  /** The relation of the rows of objects. */
  rows: string
  /** Objects that have none there, since only a landing can tell their records. */
  toLand: ReadonlySet<string>
}

/** How many rows each object has, and how many of them are no records. */
export async function rowsByObject(
  statements: Statements,
  files: readonly LandedFile[],
  { rows, toLand }: AllRows,
): Promise<RawRows[]> {
  const counted = await statements.rows(
    'raw',
    `select object_id, count(*) as row_count, count(reason) as rejected_count
    from ${rows} group by object_id`,
  )
  const counts = new Map(counted.map((row) => [row.object_id, row]))
  return files.map(({ objectId }) => {
    const found = counts.get(objectId)
    return {
      objectId,
      rows: Number(found?.row_count ?? 0),
      rejected: Number(found?.rejected_count ?? 0),
      ...(toLand.has(objectId) ? { needsLanding: true } : {}),
    }
  })
}
