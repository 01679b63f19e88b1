import fc from 'fast-check'
import type { Batch } from './increment-project.js'

/** Few enough that they meet: on shared devices, in shared mailboxes, with the same orders and the same times. */
const some = <T>(...values: T[]) => fc.constantFrom<T | undefined>(...values, undefined)
const customers = some('ann', 'bob', 'cem')
const devices = some('phone', 'laptop', 'kiosk')
const emails = some('ann@x.org', 'bob@x.org', 'cem@x.org', 'family@x.org')
const phones = some('+442079460001', '+442079460002')
const orders = fc.constantFrom('1', '2', '3')

/** Within minutes of each other, days or seasons apart, before and after what the bystanders do last. */
const times = fc
  .tuple(
    fc.constantFrom('01-08', '01-10', '01-12', '03-15'),
    fc.constantFrom('00', '10', '30', '45'),
  )
  .map(([day, minute]) => `2025-${day}T10:${minute}:00Z`)

const event = fc.record({
  id: fc.option(fc.constantFrom('e1', 'e2', 'e3'), { nil: undefined }),
  customer: customers,
  device: devices,
  email: emails,
  phone: phones,
  session: fc.option(fc.constant('s1'), { freq: 1, nil: undefined }),
  event: fc.constantFrom('visit', 'visit', 'search', 'login', 'signup'),
  time: times,
  received: some('2025-01-25T00:00:00Z'),
  page_url: some(
    'https://shop.example/?utm_source=news&utm_medium=email',
    'https://shop.example/a',
  ),
})

const purchase = fc.record({
  customer: customers,
  device: devices,
  email: emails,
  event: fc.constant('purchase'),
  time: times,
  order: orders,
  revenue: fc.constantFrom(10, 20),
})

/** Of two records of an order the one that was updated later counts. */
const order = fc.record({
  id: orders,
  processed_at: times,
  updated_at: times,
  total_price: fc.constantFrom('10.00', '20.00'),
  currency: fc.constant('EUR'),
  email: emails,
  customer: fc.record({ id: fc.constantFrom(1, 2) }),
})

const contact = fc.record({
  record_id: fc.constantFrom('1', '2', '3'),
  email: emails,
  phone_number: phones,
  first_name: some('Ann', 'Bob'),
  last_name: some('Smith'),
  create_date: times,
  last_modified_date: times,
})

/** An object below a prefix that is written with rows, or deleted. */
export const objectsOf = (
  prefix: string,
  rows: fc.Arbitrary<object>,
): fc.Arbitrary<[string, readonly object[] | null]> =>
  fc
    .tuple(
      fc.constantFrom('a', 'b', 'c'),
      fc.option(fc.array(rows, { minLength: 1, maxLength: 4 }), { freq: 4 }),
    )
    .map(([name, found]): [string, readonly object[] | null] => [`${prefix}/${name}.ndjson`, found])

/** Objects of three sources, with events of few people who share identifiers: late, duplicated, corrected, and at equal times. */
export const randomObject = (): ReturnType<typeof objectsOf> =>
  fc.oneof(
    { weight: 4, arbitrary: objectsOf('log', fc.oneof(event, event, purchase)) },
    { weight: 2, arbitrary: objectsOf('shop', order) },
    { weight: 1, arbitrary: objectsOf('crm', contact) },
  )

/** Batches of such objects, which are written, rewritten and deleted. */
export const randomBatches = (): fc.Arbitrary<Batch[]> =>
  fc.array(
    fc
      .array(randomObject(), { minLength: 1, maxLength: 3 })
      .map((objects) => Object.fromEntries(objects)),
    { minLength: 2, maxLength: 4 },
  )

/** Where the objects of random batches are read from. */
export const randomSources = {
  shop: { preset: 'shopify', prefix: 'shop' },
  crm: { preset: 'hubspot_contacts', prefix: 'crm', calling_code: '44' },
}
