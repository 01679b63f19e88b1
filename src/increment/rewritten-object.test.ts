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

const ann = { customer: 'ann', device: 'phone' }
const search = { ...ann, event: 'search', time: '2025-01-08T10:00:00Z' }
const written: Batch = {
  'log/day.ndjson': [
    search,
    { ...ann, event: 'purchase', time: '2025-01-08T10:10:00Z', revenue: 80, order: 'o1' },
  ],
}
const visits: Batch = {
  'log/visits.ndjson': [
    { ...ann, event: 'visit', time: '2025-01-08T09:50:00Z' },
    { ...ann, event: 'visit', time: '2025-01-12T12:00:00Z' },
  ],
}
const rewritten: Batch = {
  'log/day.ndjson': [
    search,
    {
      customer: 'bob',
      device: 'laptop',
      event: 'purchase',
      time: '2025-01-08T10:10:00Z',
      revenue: 25,
      order: 'o1',
    },
  ],
}

const steps = takeSteps([written, visits, rewritten], {
  orders: 'any order that keeps what was written last',
})

const sessionsOf = (tables: Tables, name: string) =>
  rowsOf(tables, 'sessions', { customer_id: customerOf(tables, `customer_id=${name}`) }, [
    'started_at',
    'touchpoints',
    'revenue',
  ])

test('what a rewritten object no longer says is withdrawn, and what it still says stays', () => {
  expect(sessionsOf(steps[1]!, 'ann')).toEqual([
    ['2025-01-08T09:50', 3, 80],
    ['2025-01-12T12:00', 1, null],
  ])
  expect(sessionsOf(steps[2]!, 'ann')).toEqual([
    ['2025-01-08T09:50', 2, null],
    ['2025-01-12T12:00', 1, null],
  ])
  expect(sessionsOf(steps[2]!, 'bob')).toEqual([['2025-01-08T10:10', 1, 25]])
})

test('the purchase that ended a journey is gone, so the journey goes on', () => {
  const journeys = steps.map((tables) =>
    rowsOf(tables, 'journeys', { customer_id: customerOf(tables, 'customer_id=ann') }, [
      'journey_no',
      'status',
      'path',
    ]),
  )
  expect(journeys).toEqual([
    [[1, 'converted', 'search > purchase']],
    [
      [1, 'converted', 'visit > search > purchase'],
      [2, 'open', 'visit'],
    ],
    [[1, 'open', 'visit > search > visit']],
  ])
})

test('whoever had the purchase keeps the id, and who has it now is new', () => {
  const last = steps[2]!
  const [anns, bobs] = ['ann', 'bob'].map((name) => customerOf(last, `customer_id=${name}`))
  expect(anns).toBe(customerOf(steps[0]!, 'customer_id=ann'))
  expect(historyOf(last, setOf(last, 'customer_id=ann', 'device_id=phone'))).toEqual([
    [2, 'created', anns, null, '2025-01-10T17:00', null, true],
  ])
  expect(historyOf(last, setOf(last, 'customer_id=bob', 'device_id=laptop'))).toEqual([
    [3, 'created', bobs, null, '2025-01-12T12:00', null, true],
  ])
})

test('what hung on the purchase is restated as withdrawn, and nothing of whom it is new', () => {
  const [anns, bobs] = ['ann', 'bob'].map((name) => customerOf(steps[2]!, `customer_id=${name}`))
  const restated = restatedSince(steps[1]!, steps[2]!, { customer_id: anns })
  expect(new Set(restated.map(([, , reason]) => reason))).toEqual(new Set(['withdrawn_record']))
  expect(restated).toContainEqual(['touchpoints', 'withdrawn', 'withdrawn_record'])
  expect(restated).toContainEqual(['journeys', 'withdrawn', 'withdrawn_record'])
  expect(restatedSince(steps[1]!, steps[2]!, { customer_id: bobs })).toEqual([])
})
