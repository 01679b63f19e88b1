import { expect, test } from '@jest/globals'
import { batchesOf } from '../../../testing/connect/arrow-answers.js'
import type { ExecuteResponse } from './reader.js'
import { tablesOf } from './results.js'

const [whole] = batchesOf(40, 40)
const bytes = whole?.arrowBatch?.data ?? new Uint8Array()

async function idsOf(data: Uint8Array): Promise<number[]> {
  async function* responses() {
    yield { arrowBatch: { ...whole?.arrowBatch, data } } as ExecuteResponse
  }
  const ids: number[] = []
  for await (const table of tablesOf(responses(), 'test'))
    ids.push(...(table.getChildAt(0)!.toArray() as Int32Array))
  return ids
}

test('a batch that is cut short anywhere is an error, or whole, and never read in part', async () => {
  const ids = Array.from({ length: 40 }, (_, id) => id)
  for (let length = 0; length <= bytes.length; length += 1) {
    const read = await idsOf(bytes.subarray(0, length)).catch((error: Error) => error.message)
    if (typeof read !== 'string') expect({ length, read }).toEqual({ length, read: ids })
    else expect(read).toMatch(/^test: expected (an Arrow stream|a batch of 40 rows), found/)
  }
  expect(await idsOf(bytes)).toEqual(ids)
})
