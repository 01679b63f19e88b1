import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import type { Row } from '../engines/engine.js'
import { builtInFolder } from '../project.js'
import { type Collected, collectLanded, landedFile } from '../testing/collect-file.js'
import { withEngine } from '../testing/engine.js'

const shared = path.resolve(builtInFolder, '../shared/data/journeys/exports')
const whenShared = existsSync(shared) ? test : test.skip
const folder = path.join(os.tmpdir(), `throughline-presets-${process.pid}`)

/** Preset and source name of each file of `shapes/` that must give the expected touchpoints. */
const shapes: Record<string, { preset: string; name?: string; touchpoints: number }> = {
  'segment.ndjson': { preset: 'segment', touchpoints: 3 },
  'rudderstack.ndjson': { preset: 'rudderstack', touchpoints: 1 },
  'ga4_bigquery.ndjson': { preset: 'ga4', touchpoints: 2 },
  'snowplow_enriched.tsv': { preset: 'snowplow', touchpoints: 1 },
  'delighted_webhook.ndjson': { preset: 'delighted', touchpoints: 1 },
  'typeform_webhook.ndjson': { preset: 'typeform', touchpoints: 1 },
  'zendesk_tickets.ndjson': { preset: 'zendesk', touchpoints: 2 },
  'klaviyo_events.ndjson': { preset: 'klaviyo', touchpoints: 1 },
  'hubspot_contacts.csv': { preset: 'hubspot_contacts', name: 'hubspot', touchpoints: 2 },
  'salesforce_opportunities.csv': {
    preset: 'salesforce_opportunities',
    name: 'salesforce',
    touchpoints: 2,
  },
  'shopify_orders.ndjson': { preset: 'shopify', touchpoints: 1 },
  'sendgrid_webhook.ndjson': { preset: 'sendgrid', touchpoints: 2 },
  'intercom_conversation.json': { preset: 'intercom', touchpoints: 1 },
  'mailchimp_member_activity.csv': { preset: 'mailchimp', touchpoints: 1 },
}

whenShared('the touchpoints of the shared export shapes come out as expected', async () => {
  const expected = csv(await readFile(path.join(shared, 'shapes/expected_touchpoints.csv'), 'utf8'))
  const columns = (
    await readFile(path.join(shared, 'shapes/snowplow_enriched_columns.txt'), 'utf8')
  )
    .trim()
    .split('\n')
  await withEngine({}, async (engine) => {
    const found: string[] = []
    for (const [file, { preset, name, touchpoints }] of Object.entries(shapes)) {
      const landed = await landedFile(folder, path.join(shared, 'shapes', file), columns)
      const collected = await collectLanded(engine, preset, landed, name ? { name } : {})
      expectBalance(collected)
      const kept = collected.records.filter((record) => record.record_kind === 'touchpoint')
      expect([file, kept.length]).toEqual([file, touchpoints])
      if (file !== 'mailchimp_member_activity.csv')
        found.push(...kept.map((row) => line(file, row)))
    }
    expect(found.sort()).toEqual(expected.map(expectedLine).sort())
  })
})

function expectBalance({ rows, kept, rejected, duplicates }: Collected) {
  expect(kept + rejected + duplicates).toBe(rows)
}

/** What a preset answers for; the channel of web traffic and the stage are computed later. */
const line = (file: string, row: Row): string =>
  [
    file,
    /^ga4/.test(file) ? '(hash)' : row.native_id,
    instant(row),
    row.source,
    row.channel,
    row.event_type,
    sorted(String(row.identifiers).split('\u001f')),
    row.session_hint,
    campaign(row),
    row.revenue === null ? null : Number(row.revenue),
    row.currency,
    row.sentiment_text,
    row.score,
  ]
    .map((value) => value ?? '')
    .join(' | ')

const instant = (row: Row): string =>
  row.time_precision === 'day'
    ? String(row.occurred_at).slice(0, 10)
    : new Date(`${String(row.occurred_at).replace(' ', 'T')}Z`).toISOString()

const sorted = (identifiers: readonly string[]): string => [...identifiers].sort().join(';')

const campaign = (row: Row): string =>
  row.utm_source
    ? [row.utm_source, row.utm_medium, row.utm_campaign].map((part) => part ?? '').join('/')
    : ''

const presetChannels = ['Email', 'Survey', 'Support', 'Sales', 'Store']

function expectedLine(row: Record<string, string>): string {
  const time = row.event_time!.replace(/ \(.*/, '')
  const file = row.file!
  const scores: Record<string, string> = { bad: '0', good: '1' }
  return [
    file,
    file.startsWith('ga4') ? '(hash)' : row.event_id,
    time.length === 10 ? time : new Date(time.endsWith('Z') ? time : `${time}Z`).toISOString(),
    row.source,
    presetChannels.includes(row.channel!) && !file.startsWith('rudder')
      ? row.channel
      : file.startsWith('hubspot')
        ? row.channel
        : '',
    row.event_type,
    sorted(row.identifiers!.split(';').map((identifier) => identifier.replace(':', '='))),
    row.session_hint!.replace(' (start)', ''),
    row.campaign,
    row.revenue === '' ? '' : Number(row.revenue),
    row.currency,
    row.sentiment_text,
    scores[row.score!] ?? row.score,
  ].join(' | ')
}

function csv(text: string): Record<string, string>[] {
  const [header = [], ...rows] = text
    .trim()
    .split('\n')
    .map((row) =>
      [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        (cell) => cell[1] ?? cell[2] ?? '',
      ),
    )
  return rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ''])))
}
