import type { Engine } from '../engines/engine.js'

/** Records found, by object id. */
export async function rowsReadByObject(engine: Engine): Promise<Map<string, number>> {
  const rows = await engine.query('select object_id, rows_read from object_reads')
  return new Map(rows.map((row) => [String(row.object_id), Number(row.rows_read)]))
}
