import { expect, test } from '@jest/globals'
import type { Row } from '../engines/engine.js'
import { withEngine } from '../testing/engine.js'
import {
  brokenRules,
  customersByRecord,
  givenRecords,
  historyRows,
  runIdentity,
  type TestRecord,
} from '../testing/identity.js'

interface Outcome {
  customers: Map<string, string>
  history: Row[]
  aliases: Map<string, string>
}

const day = 86_400_000_000

/** Runs the stage once a batch, each time on all records so far and the history that the run before left. */
async function runs(...batches: TestRecord[][]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const index of batches.keys()) {
    const records = batches.slice(0, index + 1).flat()
    const settings = { as_of_micros: 1_735_689_600_000_000 + index * day }
    const outcome = await withEngine(settings, async (engine) => {
      await givenRecords(engine, records, outcomes.at(-1)?.history)
      await runIdentity(engine)
      expect(await brokenRules(engine)).toEqual([])
      const aliases = await engine.query(
        'select retired_customer_id, customer_id from customer_aliases',
      )
      return {
        customers: await customersByRecord(engine),
        history: await historyRows(engine),
        aliases: new Map(
          aliases.map((row) => [String(row.retired_customer_id), String(row.customer_id)]),
        ),
      }
    })
    outcomes.push(outcome)
  }
  return outcomes
}

const record = (id: string, identifiers: string, at = '2024-06-01 12:00:00'): TestRecord => ({
  id,
  identifiers: identifiers.split(' '),
  at,
})

const changes = (outcome: Outcome, id: string): string[] =>
  outcome.history.filter((row) => row.customer_id === id).map((row) => String(row.change))

test('a merger keeps the older assignment, and the retired id resolves for ever', async () => {
  const [first, second, third, fourth] = await runs(
    [record('b', 'user_id=u1'), record('x', 'user_id=u0')],
    [record('a', 'anonymous_id=d1', '2020-01-01 00:00:00'), record('a2', 'anonymous_id=d1')],
    [record('c', 'anonymous_id=d1 user_id=u1')],
    [record('d', 'user_id=u1 email=e@x.org'), record('e', 'user_id=u2 anonymous_id=d9')],
  )
  const older = first!.customers.get('b')!
  const younger = second!.customers.get('a')!
  expect(younger).not.toBe(older)
  expect(third!.customers.get('a')).toBe(older)
  expect(third!.customers.get('c')).toBe(older)
  expect(third!.aliases).toEqual(new Map([[younger, older]]))
  expect(changes(third!, older).sort()).toEqual(['created', 'joined', 'merged'])
  expect(fourth!.aliases).toEqual(new Map([[younger, older]]))
  expect(fourth!.customers.get('x')).toBe(first!.customers.get('x'))
})

test('aliases of aliases point to the id that lives', async () => {
  const [first, second, third] = await runs(
    [
      record('a', 'anonymous_id=d1'),
      record('b', 'email=b@x.org'),
      record('b2', 'email=b@x.org'),
      record('c', 'user_id=u1'),
      record('c2', 'user_id=u1'),
      record('c3', 'user_id=u1'),
    ],
    [record('ab', 'anonymous_id=d1 email=b@x.org')],
    [
      record('bc', 'email=b@x.org user_id=u1'),
      record('c4', 'user_id=u1'),
      record('c5', 'user_id=u1'),
    ],
  )
  const [a, b, c] = ['a', 'b', 'c'].map((id) => first!.customers.get(id)!)
  expect(second!.aliases).toEqual(new Map([[a, b]]))
  expect(third!.customers.get('a')).toBe(c)
  expect(third!.aliases).toEqual(
    new Map([
      [a, c],
      [b, c],
    ]),
  )
})

test('a split leaves the id with the part that has most records, and the other part gets a new one', async () => {
  const [first, second] = await runs(
    [
      record('d', 'anonymous_id=d1', '2020-01-01 00:00:00'),
      record('a', 'anonymous_id=d1 user_id=u1'),
      record('a2', 'user_id=u1'),
    ],
    [record('b', 'anonymous_id=d1 user_id=u2')],
  )
  const whole = first!.customers.get('a')!
  expect(first!.customers.get('d')).toBe(whole)
  expect(second!.customers.get('a')).toBe(whole)
  const apart = second!.customers.get('d')!
  expect(apart).not.toBe(whole)
  expect(second!.aliases.size).toBe(0)
  expect(changes(second!, apart)).toEqual(['split'])
})

test('an id that was merged away comes back when its records stand alone again', async () => {
  const [first, second, third] = await runs(
    [record('d', 'anonymous_id=d1'), record('a', 'user_id=u1'), record('a2', 'user_id=u1')],
    [record('c', 'anonymous_id=d1 user_id=u1')],
    [record('b', 'anonymous_id=d1 user_id=u2')],
  )
  const device = first!.customers.get('d')!
  expect(second!.customers.get('d')).toBe(first!.customers.get('a'))
  expect(second!.aliases.get(device)).toBe(first!.customers.get('a'))
  expect(third!.customers.get('d')).toBe(device)
  expect(third!.aliases.size).toBe(0)
  expect(changes(third!, device)).toEqual(['created', 'revived'])
})

test('the same input again changes nothing, and an earlier record that comes late moves no id', async () => {
  const records = [
    record('a', 'user_id=u1 email=a@x.org'),
    record('b', 'email=a@x.org'),
    record('c', 'anonymous_id=d1'),
  ]
  const [first, again, late] = await runs(
    records,
    [],
    [record('z', 'user_id=u1', '2001-01-01 00:00:00')],
  )
  expect(again!.history).toEqual(first!.history)
  expect(again!.customers).toEqual(first!.customers)
  expect(late!.customers.get('a')).toBe(first!.customers.get('a'))
  expect(late!.customers.get('z')).toBe(first!.customers.get('a'))
})

test('without history the id is made of the earliest record alone', async () => {
  const both = [
    record('a', 'user_id=u1', '2024-01-01 00:00:00'),
    record('b', 'user_id=u1 email=a@x.org'),
  ]
  const [first] = await runs(both)
  const [reversed] = await runs([...both].reverse())
  const [alone] = await runs([both[0]!])
  expect(reversed!.customers).toEqual(first!.customers)
  expect(alone!.customers.get('a')).toBe(first!.customers.get('a'))
  expect(first!.customers.get('a')).toMatch(/^[0-9a-f]{20}$/)
})
