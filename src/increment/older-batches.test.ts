import { testRandomBatches } from '../testing/test-random-batches.js'

testRandomBatches(
  'an increment of tables that are releases behind gives those of a full run that is given the last history',
  async (cases, batches) => {
    await cases.takeFromOlder(batches)
  },
  0.5,
)
