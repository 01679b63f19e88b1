import { afterAll, beforeAll, test } from '@jest/globals'
import fc from 'fast-check'
import {
  createIncrementCases,
  type IncrementCases,
  longTimeout,
} from '../testing/increment-cases.js'
import { randomBatches, randomSources } from '../testing/random-logs.js'

/** THROUGHLINE_LOGS and THROUGHLINE_SEED try more logs, and others. */
const logs = Math.ceil(Number(process.env.THROUGHLINE_LOGS ?? 6) / 2)
const seed = Number(process.env.THROUGHLINE_SEED ?? 1)

let cases: IncrementCases
beforeAll(async () => {
  cases = await createIncrementCases(randomSources)
}, longTimeout)
afterAll(() => cases.remove())

test(
  'an increment of tables that are releases behind gives those of a full run that is given the last history',
  () =>
    fc.assert(
      fc.asyncProperty(randomBatches(), async (batches) => {
        await cases.takeFromOlder(batches)
      }),
      { numRuns: logs, seed },
    ),
  longTimeout * Math.ceil(logs / 6),
)
