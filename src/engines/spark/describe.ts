import type { Column } from '../engine.js'
import type { SparkSession } from './connect/session.js'

/** Spark's names of types that have another one among the portable types. */
const portableNames: Readonly<Record<string, string>> = {
  timestamp_ntz: 'timestamp',
  void: '"null"',
}

/** Column names and portable types of a SELECT, without running it. */
export async function describeSelect(session: SparkSession, select: string): Promise<Column[]> {
  const rows = await session.rows(`describe query ${select}`)
  return rows.map(({ col_name: name, data_type: type }) => ({
    name: String(name),
    type: portableNames[String(type)] ?? String(type),
  }))
}
