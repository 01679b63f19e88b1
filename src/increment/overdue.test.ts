import { expect, test } from '@jest/globals'
import { madeBy } from '../models.js'
import { producersInOrder } from '../producers.js'
import { contracts } from '../testing/engine.js'
import { tablesForReleases } from './overdue.js'

test('aggregates and what time alone changes wait for releases; what later batches go on from does not', async () => {
  const producers = await producersInOrder()
  const waiting = tablesForReleases(producers, contracts)
  expect(waiting).toEqual(
    expect.arrayContaining(['channel_daily', 'paths', 'churn_features', 'churn_scores']),
  )
  for (const table of [
    'touchpoints',
    'customer_history',
    'journeys',
    'identity_sets',
    'sessions',
    'stage_intervals',
  ])
    expect(waiting).not.toContain(table)
  const read = producers
    .filter((producer) => !madeBy(producer).some((table) => waiting.includes(table)))
    .flatMap(({ reads }) => reads)
  expect(read.filter((table) => waiting.includes(table))).toEqual([])
})
