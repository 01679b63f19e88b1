import { tableFromArrays, tableToIPC } from 'apache-arrow'
import type { Answer } from './operations.js'

/** The batches of a result with one column `id`, as a server sends them. */
export function batchesOf(rows: number, rowsEach: number): Answer[] {
  return Array.from({ length: Math.ceil(rows / rowsEach) }, (_, index) => {
    const start = index * rowsEach
    const length = Math.min(rowsEach, rows - start)
    const data = arrowOf(Int32Array.from({ length }, (_, row) => start + row))
    const batch = { rowCount: BigInt(length), data, startOffset: BigInt(start), chunks: 1n }
    return { arrowBatch: batch }
  })
}

export const arrowOf = (id: Int32Array): Uint8Array => tableToIPC(tableFromArrays({ id }), 'stream')
