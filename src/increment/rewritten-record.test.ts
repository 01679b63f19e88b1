import { expect, test } from '@jest/globals'
import type { Batch } from '../testing/increment-project.js'
import { takeSteps } from '../testing/increment-steps.js'
import { customerOf, historyOf, rowsOf, setOf, type Tables } from '../testing/tables.js'

const contact = (id: string, email: string | undefined, phone?: string) => ({
  record_id: id,
  email,
  phone_number: phone,
  create_date: `2025-01-0${id}T09:00:00Z`,
})
const phone = '+442079460009'
const login = { event: 'login', email: 'bob@x.org', time: '2025-01-09T10:00:00Z' }

const loggedIn: Batch = { 'log/bob.ndjson': [login] }
const written: Batch = {
  'crm/ann.ndjson': [contact('1', 'ann@x.org')],
  'crm/bob.ndjson': [contact('2', undefined, phone)],
}
/** Of Ann a telephone is known now; of the second contact, whose it is. */
const rewritten: Batch = {
  'crm/ann.ndjson': [contact('1', 'ann@x.org', '+442079460008')],
  'crm/bob.ndjson': [contact('2', 'bob@x.org', phone)],
}

const steps = takeSteps([loggedIn, written, rewritten], {
  sources: { crm: { preset: 'hubspot_contacts', prefix: 'crm', calling_code: '44' } },
  orders: 'any order that keeps what was written last',
})

const ann = (tables: Tables) => customerOf(tables, 'hubspot_contact_id=1')

test('whose record is rewritten keeps the id', () => {
  expect(ann(steps[1]!)).toBeDefined()
  expect(ann(steps[2]!)).toBe(ann(steps[1]!))
  const identifiers = ['email=ann@x.org', 'hubspot_contact_id=1', 'phone=+442079460008']
  expect(historyOf(steps[2]!, setOf(steps[2]!, ...identifiers))).toEqual([
    [4, 'joined', ann(steps[1]!), null, '2025-01-10T17:00', null, true],
  ])
})

test('where the record is another customer’s now, one id resolves to the other', () => {
  const [contacts, logins] = ['hubspot_contact_id=2', 'email=bob@x.org'].map((identifier) =>
    customerOf(steps[1]!, identifier),
  )
  expect(customerOf(steps[2]!, 'email=bob@x.org')).toBe(logins)
  const columns = ['retired_customer_id', 'customer_id']
  expect(rowsOf(steps[2]!, 'customer_aliases', {}, columns)).toEqual([[contacts, logins]])
})
