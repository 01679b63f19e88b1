import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { linesIn, readSample } from '../fixture.js'

const folder = path.resolve('../shared/data/journeys/exports/shapes')
const examples = existsSync(folder) ? test : test.skip
const sample = readSample({ touchpoints: 4000 })

type Json = { [name: string]: unknown }

/** The key paths of an object, down to where values, lists or the named free-form parts begin. */
function keysOf(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [at]
  return Object.entries(value).flatMap(([name, inner]) => keysOf(inner, `${at}.${name}`))
}

const example = (file: string): Json[] =>
  readFileSync(path.join(folder, file), 'utf8')
    .trim()
    .split('\n')
    .map((line): Json => JSON.parse(line))

const rows = (prefix: string): Json[] =>
  linesIn(sample, prefix).flatMap((line): Json[] => {
    try {
      return [JSON.parse(line)]
    } catch {
      return []
    }
  })

const findLike = (prefix: string, wanted: (row: Json) => boolean): Json =>
  rows(prefix).find(wanted)!

examples.each([
  [
    'segment.ndjson',
    0,
    'raw/segment/',
    (row: Json) => row.type === 'page' && JSON.stringify(row).includes('gclid'),
  ],
  [
    'segment.ndjson',
    1,
    'raw/segment/',
    (row: Json) =>
      row.type === 'identify' &&
      JSON.stringify(row).includes('"phone"') &&
      JSON.stringify(row).includes('"campaign"') === false,
  ],
  ['segment.ndjson', 2, 'raw/segment/', (row: Json) => row.event === 'Order Completed'],
  [
    'klaviyo_events.ndjson',
    0,
    'raw/klaviyo/',
    (row: Json) => row.included_metric_name === 'Clicked Email',
  ],
  [
    'zendesk_tickets.ndjson',
    0,
    'raw/zendesk/',
    (row: Json) => JSON.stringify(row).includes('"score":"bad"'),
  ],
  [
    'shopify_orders.ndjson',
    0,
    'raw/shopify/',
    (row: Json) => row.customer !== null && row.source_name === 'web',
  ],
  [
    'delighted_webhook.ndjson',
    0,
    'raw/delighted/',
    (row: Json) => row.event_type === 'survey_response.created',
  ],
  [
    'delighted_webhook.ndjson',
    1,
    'raw/delighted/',
    (row: Json) => row.event_type === 'survey_response.updated',
  ],
])('%s line %d: the keys of the example are all there', (file, line, prefix, wanted) => {
  const own = new Set(keysOf(findLike(prefix, wanted)))
  expect(keysOf(example(file)[line]).filter((key) => !own.has(key))).toEqual([])
})

examples('the HubSpot header is the one of the example', () => {
  const header = readFileSync(path.join(folder, 'hubspot_contacts.csv'), 'utf8').split('\n')[0]
  expect(linesIn(sample, 'raw/hubspot/')[0]).toBe(header)
})

test('web pages, app screens, tracks and identify calls all occur', () => {
  const events = new Set(rows('raw/segment/').map((row) => row.event ?? row.type))
  for (const name of [
    'page',
    'screen',
    'identify',
    'Product Viewed',
    'Product Added',
    'Checkout Started',
    'Order Completed',
  ])
    expect(events).toContain(name)
})

test('a message that was sent again is the same but for its two transport times', () => {
  const seen = new Map<unknown, Json>()
  let copies = 0
  for (const row of linesIn(sample, 'raw/segment/').flatMap((line) => tryRow(line))) {
    const before = seen.get(row.messageId)
    seen.set(row.messageId, row)
    if (!before) continue
    copies += 1
    const { receivedAt, sentAt } = row
    expect(row).toEqual({ ...before, receivedAt, sentAt })
  }
  expect(copies).toBeGreaterThan(10)
})

test('orders and tickets come again with a later update', () => {
  for (const prefix of ['raw/shopify/', 'raw/zendesk/']) {
    const updates = new Map<unknown, string[]>()
    for (const row of rows(prefix))
      updates.set(row.id, [...(updates.get(row.id) ?? []), String(row.updated_at)])
    const repeated = [...updates.values()].filter((times) => times.length > 1)
    expect(repeated.length).toBeGreaterThan(3)
    for (const times of repeated) expect(times).toEqual([...new Set(times)].sort())
  }
})

test('spend comes by day and campaign', () => {
  const [header, ...lines] = linesIn(sample, 'raw/google_ads/2025-03')
  expect(header).toContain('date,campaign_id,campaign_name')
  expect(lines).toHaveLength(31 * 4)
})

function tryRow(line: string): Json[] {
  try {
    return [JSON.parse(line)]
  } catch {
    return []
  }
}
