import { testRandomBatches } from '../testing/test-random-batches.js'

testRandomBatches(
  'after any batch the tables are those of a full run, and in the end, ids aside, those of a full run from nothing',
  async (cases, batches) => {
    const after = await cases.take(batches)
    await cases.expectAsFromNothing(after.at(-1)!)
  },
)
