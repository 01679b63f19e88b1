import { expect, test } from '@jest/globals'
import { takeSteps } from '../testing/increment-steps.js'
import { ann, bob, eve, sharedPhone as phone } from '../testing/sharing-people.js'
import {
  customerOf,
  historyOf,
  restatedSince,
  rowsOf,
  setOf,
  type Tables,
} from '../testing/tables.js'

const steps = takeSteps([ann, bob, eve])

const figuresOf = (tables: Tables, identifier: string) => [
  rowsOf(tables, 'customers', { customer_id: customerOf(tables, identifier) }, [
    'records',
    'emails',
  ]),
  rowsOf(tables, 'journeys', { customer_id: customerOf(tables, identifier) }, ['revenue']),
]

test('a telephone of two mailboxes is one customer’s, of three it is nobody’s', () => {
  expect(figuresOf(steps[1]!, `phone=${phone}`)).toEqual([[[4, 2]], [[20], [70]]])
  const map = (tables: Tables) =>
    rowsOf(tables, 'identity_map', { id_value: phone }, ['status', 'reason', 'customers'])
  expect(steps.map(map)).toEqual([
    [['resolved', null, 1]],
    [['resolved', null, 1]],
    [['shared', 'too_many_customers', 4]],
  ])
})

test('each mailbox then has what is its own, and what names the telephone alone is a customer of its own', () => {
  const last = steps[2]!
  expect(figuresOf(last, 'email=ann@x.org')).toEqual([[[2, 1]], [[20]]])
  expect(figuresOf(last, 'email=bob@x.org')).toEqual([[[1, 1]], [[70]]])
  expect(figuresOf(last, 'email=eve@x.org')).toEqual([[[1, 1]], [[null]]])
  expect(rowsOf(last, 'customers', { is_shared: true }, ['records', 'emails'])).toEqual([[1, 0]])
})

test('the id stays where most records are, and history calls the rest a split', () => {
  const last = steps[2]!
  const whole = customerOf(steps[0]!, 'email=ann@x.org')
  const [bobs, eves] = ['bob', 'eve'].map((name) => customerOf(last, `email=${name}@x.org`))
  const at = '2025-01-10T17:00'
  const history = (...identifiers: string[]) => historyOf(last, setOf(last, ...identifiers))
  expect(customerOf(steps[1]!, 'email=bob@x.org')).toBe(whole)
  expect(history('email=ann@x.org', `phone=${phone}`)).toEqual([
    [2, 'created', whole, null, at, null, true],
  ])
  expect(history('email=bob@x.org', `phone=${phone}`)).toEqual([
    [3, 'joined', whole, null, at, at, false],
    [4, 'split', bobs, whole, at, null, true],
  ])
  expect(history('email=eve@x.org', `phone=${phone}`)).toEqual([
    [4, 'created', eves, null, at, null, true],
  ])
  expect(history(`phone=${phone}`).map(([revision, change]) => [revision, change])).toEqual([
    [2, 'created'],
    [4, 'split'],
  ])
  expect(last.get('customer_aliases')).toEqual([])
})

test('what was of the whole is restated as split', () => {
  const customer_id = customerOf(steps[0]!, 'email=ann@x.org')
  const restated = restatedSince(steps[1]!, steps[2]!, { customer_id })
  expect(new Set(restated.map(([, , reason]) => reason))).toEqual(new Set(['split']))
  expect(restated).toContainEqual(['touchpoints', 'changed', 'split'])
  expect(restated).toContainEqual(['identity_map', 'changed', 'split'])
})
