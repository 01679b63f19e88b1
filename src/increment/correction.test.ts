import { expect, test } from '@jest/globals'
import type { Batch } from '../testing/increment-project.js'
import { takeSteps } from '../testing/increment-steps.js'
import {
  customerOf,
  historyOf,
  restatedSince,
  rowsOf,
  setOf,
  type Tables,
} from '../testing/tables.js'

const order = (customer: number, email: string, total: string, updated: string) => ({
  id: 1,
  processed_at: '2025-01-08T10:00:00Z',
  updated_at: updated,
  total_price: total,
  currency: 'EUR',
  email,
  customer: { id: customer },
})
const wrong: Batch = {
  'shop/2025-01-08.ndjson': [order(7, 'ann@x.org', '100.00', '2025-01-08T10:00:00Z')],
}
const visit: Batch = {
  'log/visit.ndjson': [{ email: 'ann@x.org', event: 'visit', time: '2025-01-08T09:00:00Z' }],
}
const corrected: Batch = {
  'shop/2025-01-09.ndjson': [order(8, 'bob@x.org', '60.00', '2025-01-09T12:00:00Z')],
}

const steps = takeSteps([wrong, visit, corrected], {
  sources: { shop: { preset: 'shopify', prefix: 'shop' } },
  orders: 'any order: an older record that comes late changes nothing',
})

const journeysOf = (tables: Tables, identifier: string) =>
  rowsOf(tables, 'journeys', { customer_id: customerOf(tables, identifier) }, ['path', 'revenue'])

test('the newer record of an order withdraws what the older one said', () => {
  expect(journeysOf(steps[1]!, 'email=ann@x.org')).toEqual([['visit > order_created', 100]])
  expect(journeysOf(steps[2]!, 'email=ann@x.org')).toEqual([['visit', null]])
  expect(journeysOf(steps[2]!, 'email=bob@x.org')).toEqual([['order_created', 60]])
  expect(rowsOf(steps[2]!, 'touchpoints', { source: 'shop' }, ['order_id', 'revenue'])).toEqual([
    ['1', 60],
  ])
  expect(customerOf(steps[1]!, 'shopify_customer_id=7')).toBeDefined()
  expect(customerOf(steps[2]!, 'shopify_customer_id=7')).toBeUndefined()
})

test('the older record counts as a duplicate', () => {
  const outcomes = (tables: Tables) =>
    rowsOf(tables, 'objects', { source: 'shop' }, ['object_key', 'rows_kept', 'rows_duplicate'])
  expect(outcomes(steps[0]!)).toEqual([['shop/2025-01-08.ndjson', 1, 0]])
  expect(outcomes(steps[2]!)).toEqual([
    ['shop/2025-01-08.ndjson', 0, 1],
    ['shop/2025-01-09.ndjson', 1, 0],
  ])
})

test('the id stays with the visit, and history keeps the set that is gone', () => {
  const last = steps[2]!
  const [ann, bob] = ['ann', 'bob'].map((name) => customerOf(last, `email=${name}@x.org`))
  const at = '2025-01-10T17:00'
  expect(ann).toBe(customerOf(steps[0]!, 'email=ann@x.org'))
  expect(historyOf(last, setOf(steps[0]!, 'email=ann@x.org', 'shopify_customer_id=7'))).toEqual([
    [2, 'created', ann, null, at, null, true],
  ])
  expect(historyOf(last, setOf(last, 'email=ann@x.org'))).toEqual([
    [3, 'joined', ann, null, at, null, true],
  ])
  expect(historyOf(last, setOf(last, 'email=bob@x.org', 'shopify_customer_id=8'))).toEqual([
    [4, 'created', bob, null, at, null, true],
  ])
})

test('what was said of the customer who had the order is restated as corrected', () => {
  const customer_id = customerOf(steps[1]!, 'email=ann@x.org')
  const restated = restatedSince(steps[1]!, steps[2]!, { customer_id })
  expect(new Set(restated.map(([, , reason]) => reason))).toEqual(new Set(['corrected_record']))
  expect(restated).toContainEqual(['touchpoints', 'changed', 'corrected_record'])
  expect(restated).toContainEqual(['journeys', 'changed', 'corrected_record'])
})
