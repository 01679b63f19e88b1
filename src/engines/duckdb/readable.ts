import type { DuckDBConnection } from '@duckdb/node-api'
import { quoted } from '../../sql.js'
import type { LandedFile } from '../engine.js'

/** Errors that tell of this machine and not of the file: memory, disk, rights, files open at a time. */
const notOfContent =
  /^Error: (Out of Memory|INTERNAL|FATAL|Interrupt|Permission|IO) Error(?!: Could not read enough bytes)/i

/** Reads every value of a Parquet file; false when its content cannot be read. Landed texts always can. */
export async function readsWhole(
  connection: DuckDBConnection,
  { path, format }: Pick<LandedFile, 'path' | 'format'>,
): Promise<boolean> {
  if (format !== 'parquet') return true
  try {
    await connection.run(`select max(hash(t)) from read_parquet(${quoted(path)}) as t`)
    return true
  } catch (error) {
    if (notOfContent.test(String(error))) throw error
    return false
  }
}
