import type { Column, Engine } from '../engines/engine.js'
import type { Partition } from '../stream/log-source.js'

/** Where the reading of one partition goes on; part of the tables, so that it is exactly as new as they are. */
export interface LogPosition extends Partition {
  next: number
}

const table = 'log_positions'
const columns: readonly Column[] = [
  { name: 'topic', type: 'string' },
  { name: 'partition_no', type: 'int' },
  { name: 'next_offset', type: 'bigint' },
]

/** Replaces all positions. */
export const writePositions = (engine: Engine, positions: readonly LogPosition[]): Promise<void> =>
  engine.writeRows(
    table,
    columns,
    positions.map(({ topic, partition, next }) => ({
      topic,
      partition_no: partition,
      next_offset: next,
    })),
  )

export async function readPositions(engine: Engine): Promise<LogPosition[]> {
  const rows = await engine.query(
    `select topic, partition_no, next_offset from ${table} order by topic, partition_no`,
  )
  return rows.map((row) => ({
    topic: String(row.topic),
    partition: Number(row.partition_no),
    next: Number(row.next_offset),
  }))
}
