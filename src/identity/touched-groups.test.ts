import { expect, test } from '@jest/globals'
import type { EmbeddedEngine, Row } from '../engines/engine.js'
import { givenTable, withEngine } from '../testing/engine.js'
import { findTouchedGroups, touchedGroups } from './touched-groups.js'

const edge = (set: string, identifier: string, reason: string | null = null): Row => {
  const [, id_type = '', id_value = ''] = /^(.*?)=(.*)$/.exec(identifier) ?? []
  return { identifier_set_id: set, id_type, id_value, reason }
}

interface Given {
  edges?: Row[]
  sets?: Row[]
  customers?: Row[]
  history?: Row[]
}

/** Sets of the groups of `changed`, beside a hundred sets of others. */
async function touchedBy(changed: string, given: Given): Promise<string[] | 'most'> {
  return withEngine({}, async (engine: EmbeddedEngine) => {
    const others = Array.from({ length: 100 }, (_, index) => ({
      identifier_set_id: `other-${index}`,
      customer_id: `customer-${index}`,
    }))
    await givenTable(engine, 'identity_edges', given.edges ?? [])
    await givenTable(engine, 'set_sources', given.sets ?? [])
    await givenTable(engine, 'identity_sets', [...others, ...(given.customers ?? [])])
    const history = [...(given.customers ?? []), ...(given.history ?? [])]
    await givenTable(engine, 'customer_history', history)
    const keys = changed.split(' ').map((set) => `select '${set}' as identifier_set_id`)
    if (!(await findTouchedGroups(engine, keys.join(' union all ')))) return 'most'
    const rows = await engine.query(`select identifier_set_id from ${touchedGroups} order by 1`)
    return rows.map(({ identifier_set_id }) => String(identifier_set_id))
  })
}

test('a chain of shared identifiers is one group, also through one that links nobody for being shared', async () => {
  const edges = [
    edge('a', 'email=x'),
    edge('b', 'email=x'),
    edge('b', 'phone=1', 'too_many_customers'),
    edge('c', 'phone=1', 'too_many_customers'),
    edge('c', 'user_id=7'),
    edge('d', 'user_id=7'),
    edge('e', 'user_id=8'),
  ]
  expect(await touchedBy('a', { edges })).toEqual(['a', 'b', 'c', 'd'])
})

test('a blocked identifier links no groups', async () => {
  const edges = [edge('a', 'email=noreply@x', 'blocked'), edge('b', 'email=noreply@x', 'blocked')]
  const sets = [{ identifier_set_id: 'new', identifiers: 'email=noreply@x' }]
  expect(await touchedBy('a', { edges, sets })).toEqual(['a'])
})

test('sets without edges yet are linked by what they carry', async () => {
  const edges = [edge('a', 'email=x=y')]
  const sets = [
    { identifier_set_id: 'new', identifiers: 'email=x=y\u001fphone=1' },
    { identifier_set_id: 'newer', identifiers: 'phone=1' },
  ]
  expect(await touchedBy('newer', { edges, sets })).toEqual(['a', 'new', 'newer'])
})

test('sets of one customer are one group, now or by its history', async () => {
  const customers = [
    { identifier_set_id: 'a', customer_id: 'now' },
    { identifier_set_id: 'b', customer_id: 'now' },
    { identifier_set_id: 'c', customer_id: 'split' },
  ]
  const history = [
    { identifier_set_id: 'b', customer_id: 'before' },
    { identifier_set_id: 'c', customer_id: 'before' },
    { identifier_set_id: 'gone', customer_id: 'before' },
  ]
  expect(await touchedBy('a', { customers, history })).toEqual(['a', 'b', 'c', 'gone'])
})

test('a new set is of the group of the customer whom its earliest record began', async () => {
  const began = 'd88c47fe7856bbba3f7e'
  const customers = [{ identifier_set_id: 'a', customer_id: began }]
  const sets = [{ identifier_set_id: 'new', first_record: '111111111111111112r2' }]
  expect(await touchedBy('new', { customers, sets })).toEqual(['a', 'new'])
})

test('groups that are most of all sets are not worth telling apart', async () => {
  const customers = Array.from({ length: 60 }, (_, index) => ({
    identifier_set_id: `a${index}`,
    customer_id: 'one',
  }))
  expect(await touchedBy('a0', { customers })).toBe('most')
})
