import { expect, test } from '@jest/globals'
import { withEngine } from '../testing/engine.js'
import {
  brokenRules,
  customersByRecord,
  givenRecords,
  runIdentity,
  type TestRecord,
} from '../testing/identity.js'

/** Which records end up together, as sorted groups of record ids in text order. */
async function grouped(
  records: readonly TestRecord[],
  settings: Record<string, string | number | boolean> = {},
): Promise<string[]> {
  return withEngine(settings, async (engine) => {
    await givenRecords(engine, records)
    await runIdentity(engine, settings)
    expect(await brokenRules(engine)).toEqual([])
    const groups = new Map<string, string[]>()
    for (const [record, customer] of await customersByRecord(engine)) {
      groups.set(customer, [...(groups.get(customer) ?? []), record])
    }
    return [...groups.values()].map((group) => group.sort().join(' ')).sort()
  })
}

const record = (id: string, identifiers: string, attributes?: string): TestRecord => ({
  id,
  identifiers: identifiers.split(' '),
  ...(attributes ? { attributes: attributes.split(',') } : {}),
})

const ann = 'first_name=Ann,last_name=Smith'
const bob = 'first_name=Bob,last_name=Smith'

test('records link through every identifier that they share', async () => {
  expect(
    await grouped([
      record('a', 'anonymous_id=d1'),
      record('b', 'anonymous_id=d1 user_id=u1'),
      record('c', 'user_id=u1 email=ann@x.org'),
      record('d', 'email=ann@x.org klaviyo_profile_id=k1'),
      record('e', 'klaviyo_profile_id=k1'),
      record('f', 'anonymous_id=d2'),
    ]),
  ).toEqual(['a b c d e', 'f'])
})

test('a family mailbox with two logins joins neither them nor what only it names', async () => {
  expect(
    await grouped([
      record('a', 'user_id=u1 email=family@x.org'),
      record('b', 'user_id=u2 email=family@x.org'),
      record('c', 'email=family@x.org'),
      record('d', 'anonymous_id=d3 email=family@x.org'),
      record('e', 'anonymous_id=d3'),
    ]),
  ).toEqual(['a', 'b', 'c', 'd e'])
})

test('a family mailbox joins nobody whose first names differ', async () => {
  expect(
    await grouped([
      record('a', 'hubspot_contact_id=h1 email=family@x.org', ann),
      record('b', 'sf_contact_id=s1 email=family@x.org', bob),
    ]),
  ).toEqual(['a', 'b'])
})

test('what happens anonymously on a device of two logins is nobody’s, and what carries a login is theirs', async () => {
  expect(
    await grouped([
      record('a', 'anonymous_id=d1 user_id=u1'),
      record('b', 'anonymous_id=d1 user_id=u2'),
      record('c', 'anonymous_id=d1'),
      record('d', 'anonymous_id=d1 cart_token=c7'),
      record('e', 'user_id=u1'),
    ]),
  ).toEqual(['a e', 'b', 'c d'])
})

test('two mailboxes on one device are two customers, one mailbox beside a login is the same', async () => {
  expect(
    await grouped([
      record('a', 'anonymous_id=d1 email=ann@x.org'),
      record('b', 'anonymous_id=d1 email=bob@x.org'),
      record('c', 'anonymous_id=d2 user_id=u1'),
      record('d', 'anonymous_id=d2 email=eve@x.org'),
      record('e', 'anonymous_id=d2'),
    ]),
  ).toEqual(['a', 'b', 'c d e'])
})

test('a kiosk of many logins joins nobody', async () => {
  const visits = Array.from({ length: 12 }, (_, n) =>
    record(`v${n}`, `anonymous_id=kiosk user_id=u${n}`),
  )
  const found = await grouped([...visits, record('w', 'anonymous_id=kiosk')])
  expect(found).toHaveLength(13)
})

test('placeholder mailboxes and telephones link nobody', async () => {
  expect(
    await grouped([
      record('a', 'user_id=u1 email=test@test.com phone=+440000000000'),
      record('b', 'hubspot_contact_id=h1 email=test@test.com'),
      record('c', 'sf_contact_id=s1 phone=+440000000000'),
      record('d', 'stripe_customer_id=t1 email=noreply@shop.org'),
      record('e', 'zendesk_user_id=z1 email=noreply@shop.org'),
      record('f', 'email=test@test.com'),
    ]),
  ).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
})

test('a support mailbox typed for many customers links none of them', async () => {
  const contacts = Array.from({ length: 8 }, (_, n) =>
    record(`c${n}`, `hubspot_contact_id=h${n} email=help@shop.org`, `first_name=N${n},last_name=X`),
  )
  expect(await grouped(contacts)).toHaveLength(8)
})

test('a mailbox of many profiles without any login is generic when their names disagree', async () => {
  const names = ['Ann', 'Bob', 'Cy', 'Dee', 'Eve']
  const tickets = names.map((name, n) =>
    record(`t${n}`, `zendesk_user_id=z${n} email=office@x.org`, `first_name=${name},last_name=X`),
  )
  expect(await grouped(tickets)).toHaveLength(5)
})

test('mailboxes of the own domain are nobody’s', async () => {
  const records = [
    record('a', 'klaviyo_profile_id=k1 email=shop@own.org'),
    record('b', 'zendesk_user_id=z1 email=shop@own.org'),
  ]
  expect(await grouped(records)).toEqual(['a b'])
  expect(await grouped(records, { identity_own_domains: 'own.org,own.com' })).toEqual(['a', 'b'])
})

test('two CRM ids of one name are one customer, of two names or none they are two', async () => {
  expect(
    await grouped([
      record('a', 'hubspot_contact_id=h1 phone=+441111', ann),
      record('b', 'hubspot_contact_id=h2 phone=+441111', ann),
      record('c', 'hubspot_contact_id=h3 phone=+442222', ann),
      record('d', 'hubspot_contact_id=h4 phone=+442222', bob),
      record('e', 'hubspot_contact_id=h5 phone=+443333'),
      record('f', 'hubspot_contact_id=h6 phone=+443333'),
    ]),
  ).toEqual(['a b', 'c', 'd', 'e', 'f'])
})

test('a name never joins two logins', async () => {
  expect(
    await grouped([
      record('a', 'user_id=u1 email=smith@x.org', ann),
      record('b', 'user_id=u2 email=smith@x.org', ann),
    ]),
  ).toEqual(['a', 'b'])
})

test('namesakes with different dates of birth are two', async () => {
  expect(
    await grouped([
      record('a', 'hubspot_contact_id=h1 email=s@x.org', `${ann},birth_date=1950-01-01`),
      record('b', 'sf_contact_id=s1 email=s@x.org', `${ann},birth_date=1980-01-01`),
    ]),
  ).toEqual(['a', 'b'])
})

test('a recycled telephone does not join its old and its new owner', async () => {
  expect(
    await grouped([
      record('a', 'hubspot_contact_id=h1 phone=+447000', ann),
      record('b', 'shopify_customer_id=s9 phone=+447000', 'first_name=Carl,last_name=Jones'),
    ]),
  ).toEqual(['a', 'b'])
})

test('an order names the customer of a visit before the device does', async () => {
  expect(
    await grouped([
      record('a', 'anonymous_id=kiosk user_id=u1'),
      record('b', 'anonymous_id=kiosk user_id=u2'),
      record('c', 'anonymous_id=kiosk order_id=o1'),
      record('d', 'order_id=o1 email=eve@x.org'),
      record('e', 'anonymous_id=kiosk'),
    ]),
  ).toEqual(['a', 'b', 'c d', 'e'])
})

test('an identifier type that nobody registered links, until it is seen with two customers', async () => {
  expect(
    await grouped([
      record('a', 'loyalty_card=l1 email=ann@x.org'),
      record('b', 'loyalty_card=l1 cart_token=c1'),
      record('c', 'loyalty_card=l2 user_id=u1'),
      record('d', 'loyalty_card=l2 user_id=u2'),
    ]),
  ).toEqual(['a b', 'c', 'd'])
})

test('a record with two logins keeps the one that is seen more', async () => {
  expect(
    await grouped([
      record('a', 'user_id=u1 user_id=u2'),
      record('b', 'user_id=u2 email=b@x.org'),
      record('c', 'user_id=u1'),
      record('d', 'user_id=u2'),
    ]),
  ).toEqual(['a b d', 'c'])
})

test('a company joins its people with nothing, unless it has one person alone', async () => {
  expect(
    await grouped([
      record('a', 'sf_contact_id=s1 sf_account_id=big'),
      record('b', 'sf_contact_id=s2 sf_account_id=big'),
      record('c', 'sf_account_id=big'),
      record('d', 'sf_contact_id=s3 sf_account_id=small'),
      record('e', 'sf_account_id=small'),
    ]),
  ).toEqual(['a', 'b', 'c', 'd e'])
})

test('a CRM that says which contact it merged into which is believed', async () => {
  expect(
    await grouped([
      record('a', 'sf_contact_id=s1 sf_contact_id=s2'),
      record('b', 'sf_contact_id=s1'),
      record('c', 'sf_contact_id=s2 email=a@x.org'),
    ]),
  ).toEqual(['a b c'])
})
