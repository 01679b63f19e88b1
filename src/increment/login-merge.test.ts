import { beforeAll, expect, test } from '@jest/globals'
import { takeSteps } from '../testing/increment-steps.js'
import { buying, loggingIn, visiting } from '../testing/merging-people.js'
import {
  customerOf,
  historyOf,
  restatedSince,
  rowsOf,
  setOf,
  tablesWith,
} from '../testing/tables.js'

const steps = takeSteps([visiting, buying, loggingIn])

let older: unknown
let younger: unknown
beforeAll(() => {
  older = customerOf(steps[1]!, 'device_id=phone')
  younger = customerOf(steps[1]!, 'customer_id=ann')
})

test('a login makes one customer of two, and the older id survives', () => {
  expect(older).not.toEqual(younger)
  expect(customerOf(steps[2]!, 'customer_id=ann')).toBe(older)
  expect(customerOf(steps[2]!, 'device_id=phone')).toBe(older)
  expect(customerOf(steps[2]!, 'device_id=laptop')).toBe(older)
  expect(rowsOf(steps[2]!, 'customers', { customer_id: older }, ['records', 'devices'])).toEqual([
    [4, 2],
  ])
})

test('everything of the younger one is the older one’s, in all tables', () => {
  const ofOlder = (table: string, columns: readonly string[]) =>
    rowsOf(steps[2]!, table, { customer_id: older }, columns)
  expect(ofOlder('sessions', ['session_no', 'started_at', 'touchpoints', 'revenue'])).toEqual([
    [1, '2025-01-11T09:00', 2, null],
    [2, '2025-01-12T10:00', 1, 50],
    [3, '2025-01-13T08:00', 1, null],
  ])
  expect(ofOlder('journeys', ['journey_no', 'touchpoints', 'revenue', 'path'])).toEqual([
    [1, 3, 50, 'visit > search > purchase'],
    [2, 1, null, 'login'],
  ])
  expect(ofOlder('touchpoints', ['sequence_no', 'event_type'])).toEqual([
    [1, 'visit'],
    [2, 'search'],
    [3, 'purchase'],
    [4, 'login'],
  ])
  expect(tablesWith(steps[1]!, younger)).toContain('sessions')
  const logs = ['customer_aliases', 'customer_history', 'restatements']
  expect(tablesWith(steps[2]!, younger)).toEqual(logs)
})

test('history and aliases say when and how', () => {
  const last = steps[2]!
  const [first, second, third] = ['2025-01-11T09:10', '2025-01-12T10:00', '2025-01-13T08:00']
  expect(historyOf(last, setOf(last, 'device_id=phone'))).toEqual([
    [2, 'created', older, null, first, null, true],
  ])
  expect(historyOf(last, setOf(last, 'customer_id=ann', 'device_id=laptop'))).toEqual([
    [3, 'created', younger, null, second, third, false],
    [4, 'merged', older, younger, third, null, true],
  ])
  expect(historyOf(last, setOf(last, 'customer_id=ann', 'device_id=phone'))).toEqual([
    [4, 'joined', older, null, third, null, true],
  ])
  expect(
    rowsOf(last, 'customer_aliases', {}, [
      'retired_customer_id',
      'customer_id',
      'revision',
      'retired_at',
    ]),
  ).toEqual([[younger, older, 4, third]])
})

test('what was of either before is restated as merged', () => {
  for (const customer_id of [older, younger]) {
    const restated = restatedSince(steps[1]!, steps[2]!, { customer_id })
    expect(new Set(restated.map(([, , reason]) => reason))).toEqual(new Set(['merged']))
    expect(restated.map(([table]) => table)).toEqual(expect.arrayContaining(['customers']))
  }
  const ofYounger = restatedSince(steps[1]!, steps[2]!, { customer_id: younger })
  expect(ofYounger).toContainEqual(['customers', 'withdrawn', 'merged'])
  expect(ofYounger).toContainEqual(['touchpoints', 'changed', 'merged'])
  expect(ofYounger).toContainEqual(['identity_sets', 'changed', 'merged'])
})
