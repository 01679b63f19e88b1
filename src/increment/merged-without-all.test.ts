import { expect, test } from '@jest/globals'
import type { Batch } from '../testing/increment-project.js'
import { takeSteps } from '../testing/increment-steps.js'
import { buying, loggingIn, visiting } from '../testing/merging-people.js'
import { customerOf, historyOf, rowsOf, setOf } from '../testing/tables.js'

const reading: Batch = {
  'log/reader.ndjson': [
    { device: 'phone', email: 'ann@x.org', event: 'visit', time: '2025-01-11T10:00:00Z' },
  ],
}

const steps = takeSteps(
  [buying, { ...visiting, ...reading }, { 'log/reader.ndjson': null, ...loggingIn }],
  { orders: 'any order that deletes what was written before' },
)

const aliases = ['retired_customer_id', 'customer_id']

test('an id resolves once all records that are left of its customer are another one’s', () => {
  const [buyer, visitor] = ['customer_id=ann', 'device_id=phone'].map((identifier) =>
    customerOf(steps[1]!, identifier),
  )
  expect(customerOf(steps[2]!, 'device_id=phone')).toBe(buyer)
  expect(rowsOf(steps[2]!, 'customer_aliases', {}, aliases)).toEqual([[visitor, buyer]])
  const changes = (set: unknown) => historyOf(steps[2]!, set).map(([, change]) => change)
  expect(changes(setOf(steps[2]!, 'device_id=phone'))).toEqual(['created', 'merged'])
  expect(changes(setOf(steps[1]!, 'device_id=phone', 'email=ann@x.org'))).toEqual(['created'])
})
