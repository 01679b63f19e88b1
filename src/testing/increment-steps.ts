import { afterAll, beforeAll, test } from '@jest/globals'
import type { Config } from '../config.js'
import { createIncrementCases, type IncrementCases, longTimeout } from './increment-cases.js'
import type { Batch } from './increment-project.js'
import type { Tables } from './tables.js'

export interface StepOptions {
  /** Sources beside the log. */
  sources?: Config['sources']
  /** Which orders are tried, for the name of their test. */
  orders?: string
}

/**
 * Takes batches one by one before the tests of a file, and tests what holds for any: a full run afterwards changes
 * nothing, and they end in the same in other orders. Returns the tables after each batch, filled when tests begin.
 */
export function takeSteps(
  batches: readonly Batch[],
  { sources = {}, orders = 'any order' }: StepOptions = {},
): readonly Tables[] {
  const steps: Tables[] = []
  let cases: IncrementCases
  beforeAll(async () => {
    cases = await createIncrementCases(sources)
    steps.push(...(await cases.take(batches)))
  }, longTimeout)
  afterAll(() => cases.remove())

  test('a full run afterwards changes nothing', () => cases.expectSettled(), longTimeout)

  test(
    `the batches end in the same in ${orders}`,
    () => cases.expectInAnyOrder(batches, steps.at(-1)!),
    longTimeout,
  )
  return steps
}
