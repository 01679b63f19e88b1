import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { readConfig } from './config.js'
import { builtInFolder } from './project.js'
import { settingSections } from './settings.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-settings-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function configWith(overlay: object): Promise<ReturnType<typeof readConfig>> {
  const file = path.join(folder, 'my.yaml')
  await writeFile(file, JSON.stringify(overlay))
  return readConfig(file)
}

const defaults = parse(
  readFileSync(path.join(builtInFolder, 'config', 'default.yaml'), 'utf8'),
) as Record<string, object>

test.each(Object.entries(settingSections))(
  'what each key of %s may be is described',
  (name, schema) => {
    expect(Object.keys(schema.shape).sort()).toEqual(Object.keys(defaults[name]!).sort())
  },
)

test('all that is wrong with the values is one config error with places, choices and values', async () => {
  const journeys = {
    node: 'chanel',
    after_goal: 'stop',
    path_scopes: 'sesion',
    session_timeout_minutes: -5,
    max_session_hours: -3,
    report_time_zone: 'Mars/Base',
  }
  const wrong = { journeys, collect: { earliest_date: '2024-02-31' }, run: { keep_releases: 0 } }
  await expect(configWith(wrong)).rejects.toMatchObject({
    code: 'config',
    exitCode: 2,
    at: 'run.keep_releases, collect.earliest_date, journeys.session_timeout_minutes, journeys.report_time_zone, journeys.max_session_hours, journeys.after_goal, journeys.node, journeys.path_scopes',
    expected: [
      'a number of at least 1',
      'a date that exists',
      'a number above 0',
      'an IANA time zone such as Europe/Berlin',
      'a number of at least 0',
      'one of new_journey, continue',
      'one of event_type, channel, stage, page',
      'one or more of customer, session, journey, comma separated',
    ].join('; '),
    found: expect.stringMatching(
      /^0 \(run.keep_releases\); .*"chanel" \(journeys.node\); "sesion"/,
    ),
    remedy: expect.stringContaining('my.yaml'),
  })
})

test.each([
  [{ journeys: { report_time_zone: '+02:00' } }, 'journeys.report_time_zone'],
  [{ journeys: { lookback_days: 1e9 } }, 'journeys.lookback_days'],
  [{ journeys: { path_max_steps: 2.5 } }, 'journeys.path_max_steps'],
  [{ journeys: { break_on_midnight: 'no' } }, 'journeys.break_on_midnight'],
  [{ journeys: { sesion_timeout_minutes: 5 } }, 'journeys.sesion_timeout_minutes'],
  [{ journeys: null }, 'journeys'],
  [{ identity: { blocked_pattern: '' } }, 'identity.blocked_pattern'],
  [{ identity: { own_domains: 'ann@acme.example' } }, 'identity.own_domains'],
  [{ identity: { source_order: 'crm' } }, 'identity.source_order'],
  [{ churn: { label: 'silent' } }, 'churn.label'],
  [{ churn: { medium_risk_from: 0.8 } }, 'churn.high_risk_from'],
  [{ run: { since: '2024-02-01', until: '2024-01-01' } }, 'run.since'],
])('%j is refused by its place', async (overlay, at) => {
  await expect(configWith(overlay)).rejects.toMatchObject({ code: 'config', exitCode: 2, at })
})

test('spaces and capitals in lists do not count', async () => {
  const { identity, journeys } = await configWith({
    sources: Object.fromEntries(
      ['crm', 'shop'].map((name) => [name, { preset: 'event_log', prefix: name }]),
    ),
    identity: { source_order: ' shop , crm', own_domains: 'Acme.example, shop.example' },
    journeys: { path_scopes: 'customer, journey' },
  })
  expect(identity.source_order).toBe('shop,crm')
  expect(identity.own_domains).toBe('acme.example,shop.example')
  expect(journeys.path_scopes).toBe('customer,journey')
})
