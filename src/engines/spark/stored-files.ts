import type { Storage } from '../../storage/storage.js'
import type { StoredFile } from '../engine.js'
import { patternOf } from './path-pattern.js'
import { sparkFolderOf } from './places.js'
import { backQuoted } from './quoting.js'
import type { Statements } from './statements.js'

/**
 * The Parquet files that Spark has written below a key, in their order, which is that of the rows. Their sizes are the
 * store's word, and how many rows each holds is Spark's.
 */
export async function storedFiles(
  statements: Statements,
  warehouse: Storage,
  { table, key }: { table: string; key: string },
): Promise<StoredFile[]> {
  const counted = await statements.rows(
    table,
    `select _metadata.file_name as file_name, count(*) as row_count
    from parquet.${backQuoted(patternOf([sparkFolderOf(warehouse.url, key)]))} group by _metadata.file_name`,
  )
  const rows = new Map(counted.map(({ file_name, row_count }) => [file_name, Number(row_count)]))
  const files: StoredFile[] = []
  for await (const object of warehouse.list(key)) {
    if (!object.key.endsWith('.parquet')) continue
    const name = object.key.slice(object.key.lastIndexOf('/') + 1)
    files.push({ key: object.key, rows: rows.get(name) ?? 0, bytes: object.bytes })
  }
  return files
}
