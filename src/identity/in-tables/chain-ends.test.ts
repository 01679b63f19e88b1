import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { withEngine } from '../../testing/engine.js'
import { retirementsKernel } from '../retirements.js'
import { chainEndsInTables } from './chain-ends.js'

/** Each retired id with its successor among those after it, in an order of its own; -1 = one that lives. */
const successors = fc
  .array(fc.nat(), { minLength: 0, maxLength: 60, size: 'max' })
  .map((picks) =>
    picks
      .map((pick, key) => (pick % 4 === 0 ? -1 : key + 1 + (pick % 3)))
      .map(within(picks.length)),
  )

const within = (length: number) => (key: number) => (key < length ? key : -1)

test('chains of mergers end where following them in this process ends', () =>
  withEngine({}, (engine) =>
    fc.assert(
      fc.asyncProperty(successors, fc.boolean(), async (chain, isReversed) => {
        const keyOf = (key: number) => (isReversed && key >= 0 ? chain.length - 1 - key : key)
        const retired_key = Int32Array.from(chain, (_, key) => keyOf(key))
        const successor_key = Int32Array.from(chain, keyOf)
        await engine.writeIntegers('customer_retirements', { retired_key, successor_key })
        const ends = 'select retired_key, last_key from retirement_ends order by retired_key'
        await retirementsKernel.run(engine, { settings: {} })
        const expected = await engine.query(ends)
        await chainEndsInTables(engine)
        expect(await engine.query(ends)).toEqual(expected)
      }),
      { numRuns: 15 },
    ),
  ))
