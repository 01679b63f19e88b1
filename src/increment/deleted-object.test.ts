import { beforeAll, expect, test } from '@jest/globals'
import type { Batch } from '../testing/increment-project.js'
import { takeSteps } from '../testing/increment-steps.js'
import { buying, loggingIn, visiting } from '../testing/merging-people.js'
import {
  customerOf,
  historyOf,
  restatedSince,
  rowsOf,
  setOf,
  type Tables,
} from '../testing/tables.js'

const people: Batch = { ...visiting, ...buying }
const deletion: Batch = { 'log/login.ndjson': null }

const steps = takeSteps([people, loggingIn, deletion], {
  orders: 'any order that deletes what was written before',
})

let visitor: unknown
let buyer: unknown
beforeAll(() => {
  visitor = customerOf(steps[0]!, 'device_id=phone')
  buyer = customerOf(steps[0]!, 'customer_id=ann')
})

const annsSessions = (tables: Tables) =>
  rowsOf(tables, 'sessions', { customer_id: customerOf(tables, 'customer_id=ann') }, [
    'session_no',
    'started_at',
    'revenue',
  ])

test('a deleted object takes back the merger that it made', () => {
  expect(steps.map(annsSessions)).toEqual([
    [[1, '2025-01-12T10:00', 50]],
    [
      [1, '2025-01-11T09:00', null],
      [2, '2025-01-12T10:00', 50],
      [3, '2025-01-13T08:00', null],
    ],
    [[1, '2025-01-12T10:00', 50]],
  ])
})

test('both customers are who they were, and nobody is an alias any more', () => {
  const ids = (tables: Tables) =>
    ['device_id=phone', 'customer_id=ann'].map((identifier) => customerOf(tables, identifier))
  const aliases = ['retired_customer_id', 'customer_id']
  expect(steps.map(ids)).toEqual([
    [visitor, buyer],
    [visitor, visitor],
    [visitor, buyer],
  ])
  expect(steps.map((tables) => rowsOf(tables, 'customer_aliases', {}, aliases))).toEqual([
    [],
    [[buyer, visitor]],
    [],
  ])
  for (const table of ['sessions', 'journeys', 'touchpoints', 'customers'])
    expect(steps[2]!.get(table)).toEqual(steps[0]!.get(table))
})

test('history tells of the merger, and of the id that came back', () => {
  const last = steps[2]!
  const [before, merged] = ['2025-01-12T10:00', '2025-01-13T08:00']
  expect(historyOf(last, setOf(last, 'device_id=phone'))).toEqual([
    [2, 'created', visitor, null, before, null, true],
  ])
  expect(historyOf(last, setOf(last, 'customer_id=ann', 'device_id=laptop'))).toEqual([
    [2, 'created', buyer, null, before, merged, false],
    [3, 'merged', visitor, buyer, merged, merged, false],
    [4, 'revived', buyer, visitor, merged, null, true],
  ])
  expect(historyOf(last, setOf(steps[1]!, 'customer_id=ann', 'device_id=phone'))).toEqual([
    [3, 'joined', visitor, null, merged, null, true],
  ])
})

test('what the two had together is restated as split, and the login that is gone with it', () => {
  const restated = restatedSince(steps[1]!, steps[2]!, { customer_id: visitor })
  expect(new Set(restated.map(([, , reason]) => reason))).toEqual(new Set(['split']))
  expect(restated).toContainEqual(['touchpoints', 'withdrawn', 'split'])
  expect(restated).toContainEqual(['touchpoints', 'changed', 'split'])
})
