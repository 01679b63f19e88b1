import type { Contract } from '../contract.js'
import type { Model } from '../models.js'
import { workThenEnd } from '../work-then-end.js'
import type { Increment } from './changes.js'

/** Does work while a model sees, of each input that a condition is told for, only the rows that fit it. */
export async function inSlice(
  { engine, contracts }: Pick<Increment, 'engine' | 'contracts'>,
  { reads }: Pick<Model, 'reads'>,
  conditionOf: (input: Contract) => string | undefined,
  work: () => Promise<void>,
): Promise<void> {
  await workThenEnd(
    async () => {
      for (const read of reads) {
        const condition = conditionOf(contracts.get(read)!)
        if (condition) await engine.defineSlice([read], condition)
      }
      await work()
    },
    () => engine.endSlice(),
  )
}
