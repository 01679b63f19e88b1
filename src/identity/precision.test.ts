import { expect, test } from '@jest/globals'
import type { Row } from '../engines/engine.js'
import { linesIn, readSample } from '../sample/fixture.js'
import { type ScoredRow, scoreClusters } from '../sample/score.js'
import { withEngine } from '../testing/engine.js'
import { brokenRules, givenRecords, runIdentity } from '../testing/identity.js'

/** Where an export keeps its record id, its identifiers and names. */
interface Layout {
  id: string
  identifiers: Record<string, string>
  attributes?: Record<string, string>
}

const layouts: Record<string, Layout> = {
  segment: {
    id: 'messageId',
    identifiers: {
      anonymous_id: 'anonymousId',
      user_id: 'userId',
      email: 'traits.email',
      phone: 'traits.phone',
      device_id: 'context.device.id',
    },
  },
  klaviyo: {
    id: 'id',
    identifiers: {
      klaviyo_profile_id: 'relationships.profile.data.id',
      email: 'included_profile_email',
    },
  },
  zendesk: {
    id: 'id',
    identifiers: { zendesk_user_id: 'requester_id', email: 'via.source.from.address' },
    attributes: { full_name: 'via.source.from.name' },
  },
  shopify: {
    id: 'id',
    identifiers: {
      shopify_customer_id: 'customer.id',
      email: 'email',
      phone: 'phone',
      cart_token: 'cart_token',
    },
  },
  delighted: {
    id: 'event_data.id',
    identifiers: { delighted_person_id: 'event_data.person.id', email: 'event_data.person.email' },
    attributes: { first_name: 'event_data.person.name' },
  },
}

const contactColumns = ['hubspot_contact_id', 'first_name', 'last_name', 'email', 'phone'] as const

interface Parsed {
  key: string
  source: string
  identifiers: [string, string][]
  attributes: [string, string][]
}

function parsed(source: string, line: string): Parsed | undefined {
  if (source === 'hubspot') return contact(line)
  const value = jsonOf(line)
  const layout = layouts[source]!
  if (value === undefined) return undefined
  const read = (fields: Record<string, string>): [string, string][] =>
    Object.entries(fields).flatMap(([name, path]): [string, string][] => {
      const text = at(value, path)
      return text === '' ? [] : [[name, text]]
    })
  return {
    key: `${source} ${at(value, layout.id)}`,
    source,
    identifiers: read(layout.identifiers),
    attributes: read(layout.attributes ?? {}),
  }
}

function contact(line: string): Parsed | undefined {
  const cells = line.split(',')
  if (cells[0] === 'Record ID') return undefined
  const named = contactColumns.map((name, place): [string, string] => [name, cells[place] ?? ''])
  const isName = ([name]: [string, string]) => name.endsWith('_name')
  return {
    key: `hubspot ${cells[0]}`,
    source: 'hubspot',
    identifiers: named.filter((field) => !isName(field)),
    attributes: named.filter(isName),
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function at(value: unknown, path: string): string {
  let found = value
  for (const name of path.split('.')) found = (found as Row | null | undefined)?.[name]
  return found === null || found === undefined ? '' : String(found)
}

test('on the sample, customers are people: precision of pairs, recall of what can be reached, no giant', async () => {
  const sample = readSample({ touchpoints: 20_000 })
  const sources = [...Object.keys(layouts), 'hubspot']
  const records = new Map(
    sources
      .flatMap((source) =>
        linesIn(sample, `raw/${source}/`).flatMap((line) => parsed(source, line) ?? []),
      )
      .map((record) => [record.key, record]),
  )
  const truth = linesIn(sample, 'truth/persons').map((line) => line.split(','))
  const score = await withEngine({ source_calling_code: '44' }, async (engine) => {
    const fields = [...records.values()].flatMap(({ key, identifiers }) =>
      identifiers.map(([type, value]) => ({ key, type, value })),
    )
    const text = { name: 'key', type: 'string' }
    await engine.writeRows(
      'fields',
      [text, { name: 'type', type: 'string' }, { name: 'value', type: 'string' }],
      fields,
    )
    const normal = await engine.query(
      `select key, array_join(array_sort(collect_list(identifier(type, value))), chr(31)) as identifiers
      from fields group by key having size(collect_list(identifier(type, value))) > 0`,
    )
    await givenRecords(
      engine,
      normal.map((row) => {
        const { source, attributes } = records.get(String(row.key))!
        return {
          id: String(row.key),
          source,
          identifiers: String(row.identifiers).split(String.fromCharCode(31)),
          ...(attributes.length > 0
            ? { attributes: attributes.map(([name, value]) => `${name}=${value}`) }
            : {}),
        }
      }),
    )
    await runIdentity(engine)
    expect(await brokenRules(engine)).toEqual([])
    const customers = new Map(
      (
        await engine.query(
          `select e.record_id, s.customer_id from events e
          join identity_sets s on s.identifier_set_id = e.identifier_set_id`,
        )
      ).map((row) => [String(row.record_id), String(row.customer_id)]),
    )
    return scoreClusters(
      truth.flatMap(([source, id, person, reachable]): ScoredRow[] => {
        const predicted = customers.get(`${source} ${id}`)
        return predicted ? [{ truth: person!, predicted, reachable: reachable! }] : []
      }),
    )
  })
  expect(score.records).toBeGreaterThan(15_000)
  expect(score.precision).toBeGreaterThanOrEqual(0.97)
  expect(score.reachableRecall).toBeGreaterThanOrEqual(0.95)
  expect(score.largestCluster).toBeLessThan(400)
})
