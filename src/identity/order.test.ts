import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { withEngine } from '../testing/engine.js'
import {
  brokenRules,
  customersByRecord,
  givenRecords,
  historyRows,
  runIdentity,
  type TestRecord,
} from '../testing/identity.js'

const pool = [
  'user_id=u1',
  'user_id=u2',
  'user_id=u3',
  'hubspot_contact_id=h1',
  'hubspot_contact_id=h2',
  'email=a@x.org',
  'email=b@x.org',
  'email=test@test.com',
  'phone=+441111111',
  'anonymous_id=d1',
  'anonymous_id=d2',
  'anonymous_id=d3',
  'cart_token=c1',
]
const names = [
  ['first_name=Ann', 'last_name=Smith'],
  ['first_name=Bob', 'last_name=Smith'],
  undefined,
]

const records = fc
  .array(
    fc.record({
      identifiers: fc.uniqueArray(fc.constantFrom(...pool), { minLength: 1, maxLength: 3 }),
      attributes: fc.constantFrom(...names),
      hour: fc.nat(23),
    }),
    { minLength: 2, maxLength: 30 },
  )
  .map((rows) =>
    rows.map(
      ({ identifiers, attributes, hour }, index): TestRecord => ({
        id: `r${index}`,
        identifiers,
        ...(attributes ? { attributes } : {}),
        at: `2024-06-01 ${String(hour).padStart(2, '0')}:00:00`,
      }),
    ),
  )

async function customersOf(input: readonly TestRecord[]): Promise<Map<string, string>> {
  return withEngine({}, async (engine) => {
    await givenRecords(engine, input)
    await runIdentity(engine)
    expect(await brokenRules(engine)).toEqual([])
    return customersByRecord(engine)
  })
}

/** Which records go together, whatever the customer is called. */
function partition(customers: ReadonlyMap<string, string>): string[] {
  const groups = new Map<string, string[]>()
  for (const [id, customer] of customers)
    groups.set(customer, [...(groups.get(customer) ?? []), id])
  return [...groups.values()].map((group) => group.sort().join(' ')).sort()
}

const few = { numRuns: 6 }

test('any order of input rows gives the same ids', async () => {
  const shuffled = records.chain((rows) =>
    fc.tuple(
      fc.constant(rows),
      fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
    ),
  )
  await fc.assert(
    fc.asyncProperty(shuffled, async ([rows, other]) => {
      expect(await customersOf(other)).toEqual(await customersOf(rows))
    }),
    few,
  )
})

test('records in two batches end in the same customers as at once, and every id given still leads somewhere', async () => {
  const cut = records.chain((rows) =>
    fc.tuple(fc.constant(rows), fc.integer({ min: 1, max: rows.length - 1 })),
  )
  await fc.assert(
    fc.asyncProperty(cut, async ([rows, at]) => {
      const atOnce = await customersOf(rows)
      await withEngine({}, async (engine) => {
        await givenRecords(engine, rows.slice(0, at))
        await runIdentity(engine)
        const given = await customersByRecord(engine)
        await givenRecords(engine, rows, await historyRows(engine))
        await runIdentity(engine)
        expect(await brokenRules(engine)).toEqual([])
        const customers = await customersByRecord(engine)
        expect(partition(customers)).toEqual(partition(atOnce))
        await expectResolved(engine, [...given.values()], [...customers.values()])
        const before = await historyRows(engine)
        await givenRecords(engine, rows, before)
        await runIdentity(engine)
        expect(await historyRows(engine)).toEqual(before)
      })
    }),
    few,
  )
})

async function expectResolved(
  engine: Parameters<typeof historyRows>[0],
  given: readonly string[],
  living: readonly string[],
): Promise<void> {
  const aliases = await engine.query(
    'select retired_customer_id, customer_id from customer_aliases',
  )
  const resolved = new Map(
    aliases.map((row) => [String(row.retired_customer_id), String(row.customer_id)]),
  )
  for (const id of given) expect(living).toContain(resolved.get(id) ?? id)
}
