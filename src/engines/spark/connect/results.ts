import { type Table, tableFromIPC } from 'apache-arrow'
import { lieError } from './explain.js'
import type { ExecuteResponse } from './reader.js'

/** How far a statement is. */
export interface StageProgress {
  stage: number
  tasks: number
  completedTasks: number
  inputBytes: number
  done: boolean
}

export interface Progress {
  stages: StageProgress[]
  runningTasks: number
}

/** The Arrow tables of responses, in order and without a gap; an empty result is one empty table. */
export async function* tablesOf(
  responses: AsyncIterable<ExecuteResponse>,
  at: string,
): AsyncGenerator<Table> {
  let rows = 0n
  for await (const { arrowBatch } of responses) {
    if (arrowBatch === undefined) continue
    const { data, rowCount = 0n, startOffset = rows, chunks = 1n } = arrowBatch
    if (chunks > 1n) throw lieError(at, 'whole batches, as asked for', `a batch in ${chunks} parts`)
    if (startOffset !== rows)
      throw lieError(at, `rows from row ${rows} on`, `rows from row ${startOffset} on`)
    const table = tableOf(data ?? new Uint8Array(), at)
    if (BigInt(table.numRows) !== rowCount)
      throw lieError(at, `a batch of ${rowCount} rows`, `one of ${table.numRows}`)
    rows += rowCount
    yield table
  }
}

/** An Arrow stream as a table; throws when it is cut short or none. */
export function tableOf(bytes: Uint8Array, at: string): Table {
  try {
    return tableFromIPC(bytes)
  } catch (error) {
    throw lieError(at, 'an Arrow stream', `one that cannot be read: ${(error as Error).message}`)
  }
}

/** Passes responses on and reports what they say of progress. */
export async function* reporting(
  responses: AsyncIterable<ExecuteResponse>,
  report: ((progress: Progress) => void) | undefined,
): AsyncGenerator<ExecuteResponse> {
  for await (const response of responses) {
    const { progress } = response
    if (progress && report)
      report({
        runningTasks: Number(progress.runningTasks ?? 0n),
        stages: (progress.stages ?? []).map((stage) => ({
          stage: Number(stage.stageId ?? 0n),
          tasks: Number(stage.tasks ?? 0n),
          completedTasks: Number(stage.completedTasks ?? 0n),
          inputBytes: Number(stage.inputBytes ?? 0n),
          done: stage.done ?? false,
        })),
      })
    yield response
  }
}
