import { afterAll, beforeAll, test } from '@jest/globals'
import fc from 'fast-check'
import { createIncrementCases, type IncrementCases, longTimeout } from './increment-cases.js'
import type { Batch } from './increment-project.js'
import { randomBatches, randomSources } from './random-logs.js'

/** THROUGHLINE_LOGS and THROUGHLINE_SEED try more logs, and others. */
const logs = Number(process.env.THROUGHLINE_LOGS ?? 4)
const seed = Number(process.env.THROUGHLINE_SEED ?? 1)

/** Tests what holds for any log, on some that are drawn at random; `share` of those that are asked for. */
export function testRandomBatches(
  name: string,
  take: (cases: IncrementCases, batches: readonly Batch[]) => Promise<void>,
  share = 1,
): void {
  const numRuns = Math.ceil(logs * share)
  let cases: IncrementCases
  beforeAll(async () => {
    cases = await createIncrementCases(randomSources)
  }, longTimeout)
  afterAll(() => cases.remove())

  test(
    name,
    () =>
      fc.assert(
        fc.asyncProperty(randomBatches(), (batches) => take(cases, batches)),
        { numRuns, seed },
      ),
    longTimeout * Math.ceil(numRuns / 6),
  )
}
