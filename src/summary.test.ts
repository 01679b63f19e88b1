import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { builtInFolder } from './project.js'
import { givenTable, withEngine } from './testing/engine.js'

const unmapped = readFileSync(
  path.join(builtInFolder, 'pipelines', 'summary', '45_unmapped_events.sql'),
  'utf8',
)

const kind = (event_type: string, stage_rule = 'default', goal_id: string | null = null) => ({
  source: 'till',
  event_type,
  channel: '',
  page_path: '',
  stage_rule,
  goal_id,
})

const seen = (event_type: string, times: number, revenue: number | null = null) =>
  Array.from({ length: times }, () => ({ event_type, revenue }))

const unmappedOf = (
  kinds: ReturnType<typeof kind>[],
  touchpoints: ReturnType<typeof seen>,
): Promise<unknown[]> =>
  withEngine({}, async (engine) => {
    await givenTable(engine, 'goals', [{ goal_id: 'lead', priority: 1, event_type: 'anfrage' }])
    await givenTable(engine, 'stage_rules', [
      {
        rule_id: 'visit',
        priority: 1,
        event_type: 'visit',
        page_prefix: '/shop',
        stage: 'awareness',
      },
      { rule_id: 'kiosk', priority: 2, source: 'kiosk', stage: 'awareness' },
      { rule_id: 'store', priority: 3, channel: 'Store', stage: 'purchase' },
    ])
    await givenTable(engine, 'event_kinds', kinds)
    await givenTable(engine, 'touchpoints', touchpoints)
    return engine.query(unmapped)
  })

test('an event type is named by a goal, a stage rule, or a rule for all of its source; not by default or channel', async () => {
  const kinds = [
    kind('anfrage', 'default', 'lead'),
    kind('visit', 'visit'),
    { ...kind('visit'), page_path: '/blog' },
    kind('tap', 'kiosk'),
    kind('besuch'),
    kind('kauf', 'store'),
    kind('heartbeat'),
  ]
  const touchpoints = ['anfrage', 'visit', 'tap', 'besuch', 'kauf'].flatMap((name) => seen(name, 2))
  expect(await unmappedOf(kinds, touchpoints)).toEqual([
    { event_type: 'besuch', touchpoints: '2', with_revenue: '0' },
    { event_type: 'kauf', touchpoints: '2', with_revenue: '0' },
  ])
})

test('five are listed, those with revenue first, then the most frequent, and long names are cut', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'.repeat(50)]
  const touchpoints = [
    ...names.flatMap((name, index) => seen(name, index + 1)),
    ...seen('b', 1, 9.5),
  ]
  expect(
    await unmappedOf(
      names.map((name) => kind(name)),
      touchpoints,
    ),
  ).toEqual([
    { event_type: 'b', touchpoints: '3', with_revenue: '1' },
    { event_type: 'g'.repeat(40), touchpoints: '7', with_revenue: '0' },
    { event_type: 'f', touchpoints: '6', with_revenue: '0' },
    { event_type: 'e', touchpoints: '5', with_revenue: '0' },
    { event_type: 'd', touchpoints: '4', with_revenue: '0' },
  ])
})
