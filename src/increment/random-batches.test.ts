import { afterAll, beforeAll, test } from '@jest/globals'
import fc from 'fast-check'
import {
  createIncrementCases,
  type IncrementCases,
  longTimeout,
} from '../testing/increment-cases.js'
import { randomBatches, randomSources } from '../testing/random-logs.js'

/** THROUGHLINE_LOGS and THROUGHLINE_SEED try more logs, and others. */
const logs = Number(process.env.THROUGHLINE_LOGS ?? 6)
const seed = Number(process.env.THROUGHLINE_SEED ?? 1)

let cases: IncrementCases
beforeAll(async () => {
  cases = await createIncrementCases(randomSources)
}, longTimeout)
afterAll(() => cases.remove())

test(
  'after any batch the tables are those of a full run, and in the end, ids aside, those of a full run from nothing',
  () =>
    fc.assert(
      fc.asyncProperty(randomBatches(), async (batches) => {
        const after = await cases.take(batches)
        await cases.expectAsFromNothing(after.at(-1)!)
      }),
      { numRuns: logs, seed },
    ),
  longTimeout * Math.ceil(logs / 6),
)
