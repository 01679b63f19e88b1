import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import type { Batch } from '../testing/increment-project.js'
import { takeSteps } from '../testing/increment-steps.js'
import { customerOf, historyOf, restatedSince, rowsOf, setOf } from '../testing/tables.js'

const ann = { customer: 'ann', device: 'phone' }
const visit: Batch = {
  'log/visit.ndjson': [{ ...ann, event: 'visit', time: '2025-01-08T10:00:00Z' }],
}
const purchase: Batch = {
  'log/purchase.ndjson': [
    { ...ann, event: 'purchase', time: '2025-01-08T10:40:00Z', revenue: 30, order: 'o1' },
  ],
}
const late: Batch = {
  'log/late.ndjson': [
    { ...ann, event: 'search', time: '2025-01-08T10:20:00Z', received: '2025-01-20T00:00:00Z' },
  ],
}

const steps = takeSteps([visit, purchase, late])

const annsRows = (table: string, columns: readonly string[]): unknown[][][] =>
  steps.map((tables) =>
    rowsOf(tables, table, { customer_id: customerOf(tables, 'customer_id=ann') }, columns),
  )

test('a touchpoint that comes late joins the two sessions between which it lies', () => {
  expect(annsRows('sessions', ['started_at', 'ended_at', 'touchpoints', 'revenue'])).toEqual([
    [['2025-01-08T10:00', '2025-01-08T10:00', 1, null]],
    [
      ['2025-01-08T10:00', '2025-01-08T10:00', 1, null],
      ['2025-01-08T10:40', '2025-01-08T10:40', 1, 30],
    ],
    [['2025-01-08T10:00', '2025-01-08T10:40', 3, 30]],
  ])
})

test('the session keeps its id, and the journey takes the touchpoint in', () => {
  const [first, second, third] = annsRows('sessions', ['session_id'])
  expect(second).toContainEqual(first![0])
  expect(third).toEqual(first)
  expect(annsRows('journeys', ['touchpoints', 'sessions', 'revenue', 'path'])).toEqual([
    [[1, 1, null, 'visit']],
    [[2, 2, 30, 'visit > purchase']],
    [[3, 1, 30, 'visit > search > purchase']],
  ])
  expect(annsRows('touchpoints', ['event_type', 'is_late', 'step_no'])[2]).toEqual([
    ['purchase', false, 3],
    ['search', true, 2],
    ['visit', false, 1],
  ])
})

test('it changes nothing of who is who', () => {
  const last = steps[2]!
  const id = customerOf(last, 'customer_id=ann')
  expect(historyOf(last, setOf(last, 'customer_id=ann', 'device_id=phone'))).toEqual([
    [2, 'created', id, null, '2025-01-10T17:00', null, true],
  ])
  expect(last.get('customer_aliases')).toEqual([])
})

test('the rows that it moves are restated as late, those of the day as an aggregate, and of nobody else', () => {
  const id = customerOf(steps[2]!, 'customer_id=ann')
  const all = restatedSince(steps[1]!, steps[2]!)
  expect(restatedSince(steps[1]!, steps[2]!, { customer_id: id })).toEqual([
    ['customers', 'changed', 'late_record'],
    ['identity_map', 'changed', 'late_record'],
    ['journey_steps', 'changed', 'late_record'],
    ['journeys', 'changed', 'late_record'],
    ['sessions', 'changed', 'late_record'],
    ['sessions', 'withdrawn', 'late_record'],
    ['stage_intervals', 'changed', 'late_record'],
    ['touchpoints', 'changed', 'late_record'],
  ])
  expect(all.filter(([table]) => table === 'channel_daily')).toEqual([
    ['channel_daily', 'changed', 'aggregate'],
  ])
  expect(all).toHaveLength(9)
})

test('where the key of a row is an identifier, its hash is listed', () => {
  const rows = steps[2]!
    .get('restatements')!
    .filter(({ table_name }) => table_name === 'identity_map')
  expect(rows.map(({ row_key }) => row_key)).toContain(
    `customer_id|${createHash('sha256').update('ann').digest('hex')}`,
  )
  expect(JSON.stringify(steps[2]!.get('restatements'))).not.toMatch(/\bann\b|phone/)
})
