import { expect, test } from '@jest/globals'
import { linesIn, readSample } from './fixture.js'

const sample = readSample({ touchpoints: 10_000 })

interface Row {
  source: string
  recordId: string
  identifiers: string[]
}

/** Reads identifiers from the exports themselves, without the generator's own knowledge. */
function rowOf(source: string, line: string): Row | undefined {
  if (source === 'hubspot') return contactRow(line)
  const value = parsed(line)
  if (value === undefined) return undefined
  const text = (path: string): string => {
    let at: unknown = value
    for (const name of path.split('.'))
      at = (at as Record<string, unknown> | null | undefined)?.[name]
    return at === null || at === undefined ? '' : String(at)
  }
  const { id, fields } = layouts[source]!
  const identifiers = Object.entries(fields)
    .map(([path, type]) => `${type}:${normal(type, text(path))}`)
    .filter((identifier) => !identifier.endsWith(':'))
  return { source, recordId: text(id), identifiers }
}

const layouts: Record<string, { id: string; fields: Record<string, string> }> = {
  segment: {
    id: 'messageId',
    fields: {
      anonymousId: 'anonymous',
      userId: 'user',
      'traits.email': 'email',
      'traits.phone': 'phone',
    },
  },
  klaviyo: {
    id: 'id',
    fields: { 'relationships.profile.data.id': 'profile', included_profile_email: 'email' },
  },
  zendesk: { id: 'id', fields: { requester_id: 'requester', 'via.source.from.address': 'email' } },
  shopify: { id: 'id', fields: { 'customer.id': 'shopper', email: 'email', phone: 'phone' } },
  delighted: {
    id: 'event_data.id',
    fields: { 'event_data.person.id': 'respondent', 'event_data.person.email': 'email' },
  },
}

function contactRow(line: string): Row | undefined {
  const [id, , , email, phone] = line.split(',')
  if (id === 'Record ID') return undefined
  const identifiers = [`contact:${id}`]
  if (email) identifiers.push(`email:${normal('email', email)}`)
  if (phone) identifiers.push(`phone:${normal('phone', phone)}`)
  return { source: 'hubspot', recordId: id!, identifiers }
}

function normal(type: string, text: string): string {
  if (type === 'email') return text.trim().toLowerCase()
  return type === 'phone' ? text.replaceAll(' ', '').replace(/^(\+44|0)/, '') : text
}

function parsed(line: string): object | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const rows = ['segment', 'klaviyo', 'hubspot', 'zendesk', 'shopify', 'delighted'].flatMap(
  (source) => linesIn(sample, `raw/${source}/`).flatMap((line) => rowOf(source, line) ?? []),
)
const truth = new Map(
  linesIn(sample, 'truth/persons').map((line) => {
    const [source, recordId, person, reachable] = line.split(',')
    return [`${source} ${recordId}`, { person: person!, reachable: reachable! }]
  }),
)
truth.delete('source record_id')

test('every record has exactly one truth line, and every truth line a record', () => {
  const records = new Set(rows.map(({ source, recordId }) => `${source} ${recordId}`))
  expect([...records].filter((record) => !truth.has(record))).toEqual([])
  expect(truth.size).toBe(records.size)
  const lines = linesIn(sample, 'truth/persons').filter((line) => !line.startsWith('source,'))
  expect(lines).toHaveLength(truth.size)
})

test('a reachable group is connected by identifiers that only its person has', () => {
  const owners = new Map<string, Set<string>>()
  for (const { source, recordId, identifiers } of rows)
    for (const identifier of identifiers) {
      const people = owners.get(identifier) ?? new Set()
      owners.set(identifier, people.add(truth.get(`${source} ${recordId}`)!.person))
    }
  const parent = new Map<string, string>()
  const root = (node: string): string => {
    const up = parent.get(node) ?? node
    return up === node ? node : root(up)
  }
  for (const { source, recordId, identifiers } of rows)
    for (const identifier of identifiers)
      if (owners.get(identifier)!.size === 1)
        parent.set(root(identifier), root(`${source} ${recordId}`))
  const components = new Map<string, Set<string>>()
  for (const [record, { reachable }] of truth)
    components.set(reachable, (components.get(reachable) ?? new Set()).add(root(record)))
  const torn = [...components].filter(([, roots]) => roots.size > 1)
  expect(torn).toEqual([])
})

test('shared identifiers are really shared', () => {
  const people = new Map<string, Set<string>>()
  for (const { source, recordId, identifiers } of rows)
    for (const identifier of identifiers) {
      const known = people.get(identifier) ?? new Set()
      people.set(identifier, known.add(truth.get(`${source} ${recordId}`)!.person))
    }
  const shared = (type: string): number =>
    [...people].filter(([name, owners]) => name.startsWith(`${type}:`) && owners.size > 1).length
  expect(shared('anonymous')).toBeGreaterThan(5)
  expect(shared('email')).toBeGreaterThan(2)
  expect(shared('phone')).toBeGreaterThan(2)
  expect(shared('user')).toBe(0)
  expect(shared('contact')).toBe(0)
})
