import { status } from '@grpc/grpc-js'
import type { SparkSession } from '../../engines/spark/connect/session.js'
import { batchesOf } from './arrow-answers.js'
import { Broken } from './refusal.js'

const rows = 1000
/** A query of a thousand numbers in ten batches, and a command. */
export const answers = { numbers: batchesOf(rows, 100), write: [done()] }

/** What a command leaves: no rows. */
function done() {
  return { sqlCommandResult: { relation: Uint8Array.of(0x5a, 0x00) } }
}

export const unavailable = new Broken(status.UNAVAILABLE)

/** The numbers as the session reads them. */
export async function idsOf(session: SparkSession): Promise<number[]> {
  const ids: number[] = []
  for await (const table of session.query('numbers'))
    ids.push(...(table.getChildAt(0)!.toArray() as Int32Array))
  return ids
}

/** The numbers as they should come. */
export const allIds = Array.from({ length: rows }, (_, id) => id)
