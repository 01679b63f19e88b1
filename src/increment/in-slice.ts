import type { Contract } from '../contract.js'
import type { Model } from '../models.js'
import { workThenEnd } from '../work-then-end.js'
import type { Increment } from './changes.js'

/**
 * Does work while a model sees, of each input that a condition is told for, only the rows that fit it; of an input in
 * `instead`, rows of that relation.
 */
export async function inSlice<T>(
  { engine, contracts }: Pick<Increment, 'engine' | 'contracts'>,
  { reads }: Pick<Model, 'reads'>,
  conditionOf: (input: Contract) => string | undefined,
  work: () => Promise<T>,
  instead: Readonly<Record<string, string>> = {},
): Promise<T> {
  const conditions: Record<string, string> = {}
  for (const read of reads) {
    const condition = conditionOf(contracts.get(read)!)
    if (condition) conditions[read] = condition
  }
  if (Object.keys(conditions).length === 0) return work()
  return workThenEnd(
    async () => {
      await engine.defineSlice(conditions, instead)
      return work()
    },
    () => engine.endSlice(),
  )
}
