import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { readConfig, settingFunctions } from '../config.js'
import { digestOfBuiltIns, replacedBuiltIns } from '../testing/built-ins.js'
import { runProject, withProject } from '../testing/run-project.js'

/*
 * Settings and registries
 *
 * What a model needs to know and no data says is either a value or a list.
 *
 * A value is a key of `config/default.yaml`, in the section of its stage. Models read `journeys.default_stage` as
 * `journeys_default_stage()`. To change one, name it in your config file or in the environment; to add one, write
 * it into `config/default.yaml` with a comment, and into `src/settings.ts` what it may be: nothing else has to know of it.
 *
 * A list is a registry: `config/<table>.csv` with the contract `schemas/<table>.yaml` of kind `registry`. Models
 * read it as a table. A file of the same name in your project takes the place of the built-in one, as a whole.
 */

const visits = `customer,event,time,page_url
ann,page_view,2024-01-01T10:00:00Z,https://acme.example/
ann,page_view,2024-01-01T10:20:00Z,https://acme.example/plans/team
ann,quote_requested,2024-01-01T10:45:00Z,
ann,page_view,2024-01-01T11:30:00Z,https://acme.example/
`
const exports = { 'raw/web/visits.csv': visits }
const config = { sources: { web: { preset: 'event_log', prefix: 'web/' } } }

/** What we call a conversion: somebody asks for a quote. */
const goals = `goal_id,priority,event_type,source,page_prefix
quote,1,quote_requested,,
`

const stageRules = `rule_id,priority,event_type,source,channel,page_prefix,stage
plans,10,page_view,,,/plans,consideration
any_view,20,page_view,,,,awareness
quote,20,quote_requested,,,,purchase
`

test('out of the box a quote is no goal, and a silence of more than 30 minutes starts a session', async () => {
  const run = await runProject(exports, config)
  expect(run.tables('journeys').map((row) => row.status)).toEqual(['open'])
  expect(run.tables('sessions')).toHaveLength(2)
})

test('a registry of the project replaces the built-in one of its name', async () => {
  const builtIns = digestOfBuiltIns()
  const own = { 'config/goals.csv': goals, 'config/stage_rules.csv': stageRules }
  const run = await runProject({ ...exports, ...own }, config)
  const journeys = run
    .tables('journeys')
    .sort((a, b) => Number(a.journey_no) - Number(b.journey_no))
  // A goal ends a journey, so the last page view begins another one.
  expect(
    journeys.map(({ status, goal_id, touchpoints }) => [status, goal_id, touchpoints]),
  ).toEqual([
    ['converted', 'quote', 3],
    ['open', null, 1],
  ])
  const stages = run
    .tables('touchpoints')
    .sort((a, b) => Number(a.sequence_no) - Number(b.sequence_no))
  expect(stages.map(({ stage, stage_rule }) => `${stage} (${stage_rule})`)).toEqual([
    'awareness (any_view)',
    'consideration (plans)',
    'purchase (quote)',
    'awareness (any_view)',
  ])
  expect(replacedBuiltIns(own)).toEqual(['config/goals.csv', 'config/stage_rules.csv'])
  expect(digestOfBuiltIns()).toBe(builtIns)
})

test('settings of the config file change what the models compute', async () => {
  const changed = { session_timeout_minutes: 60, default_stage: 'purchase' }
  const run = await runProject(exports, { ...config, journeys: changed })
  expect(run.tables('sessions')).toHaveLength(1)
  const quote = run.tables('touchpoints').find((row) => row.event_type === 'quote_requested')
  expect(quote).toMatchObject({ stage: 'purchase', stage_rule: 'default' })
})

test('every key of the sections for models is a function, named after section and key', () => {
  const config = readConfig(undefined)
  const functions = settingFunctions(config)
  for (const section of ['collect', 'identity', 'journeys', 'churn'] as const) {
    for (const [key, value] of Object.entries(config[section]))
      expect(functions[`${section}_${key}`]).toBe(value)
  }
  expect(functions.journeys_default_stage).toBe('consideration')
})

test('the environment wins over the file, and a key that is no setting is refused with those that are', async () => {
  await withProject({}, {}, async ({ folder }) => {
    const file = path.join(folder, 'mine.yaml')
    await writeFile(file, 'journeys: { session_timeout_minutes: 45 }\n')
    const environment = { THROUGHLINE__JOURNEYS__SESSION_TIMEOUT_MINUTES: '5' }
    expect(readConfig(file).journeys.session_timeout_minutes).toBe(45)
    expect(readConfig(file, environment).journeys.session_timeout_minutes).toBe(5)

    await writeFile(file, 'journeys: { session_timeout: 45 }\n')
    expect(() => readConfig(file)).toThrow(
      /^journeys\.session_timeout: expected a key of journeys \(known: session_timeout_minutes, .*no such key\. Files read: .*mine\.yaml;/,
    )
  })
})

test('a registry of one’s own is a table with a contract: any model may read it, and it may be published', async () => {
  const own = {
    'config/page_owners.csv': 'page_prefix,team\n/plans,pricing\n/,brand\n',
    'schemas/page_owners.yaml': `apiVersion: v3.1.0
kind: DataContract
id: acme.page_owners
version: 1.0.0
status: active
schema:
  - name: page_owners
    physicalType: table
    description: "One row per part of the site: the team that owns it."
    customProperties:
      - { property: kind, value: registry }
      - { property: published, value: true }
    properties:
      - { name: page_prefix, logicalType: string, physicalType: string, required: true, primaryKey: true, description: "Beginning of the path" }
      - { name: team, logicalType: string, physicalType: string, required: true, description: "Team" }
`,
    'pipelines/insights/views_by_team.sql': `-- One row per team: views of its pages; the longest prefix of a path owns it.
with owned as (
  select t.touchpoint_id, max_by(o.team, struct(length(o.page_prefix), o.team)) as team
  from touchpoints t
  join page_owners o on startswith(t.page_path, o.page_prefix)
  group by t.touchpoint_id
)
select team, cast(count(*) as bigint) as views
from owned
group by team
`,
    'schemas/views_by_team.yaml': `apiVersion: v3.1.0
kind: DataContract
id: acme.views_by_team
version: 1.0.0
status: active
schema:
  - name: views_by_team
    physicalType: table
    description: "One row per team: views of its pages."
    customProperties:
      - { property: kind, value: model }
      - { property: published, value: true }
    properties:
      - { name: team, logicalType: string, physicalType: string, required: true, primaryKey: true, description: "Team" }
      - { name: views, logicalType: integer, physicalType: bigint, required: true, description: "Page views" }
`,
  }
  expect(replacedBuiltIns(own)).toEqual([])
  const run = await runProject({ ...exports, ...own }, config)
  expect(run.tables('views_by_team')).toEqual([
    { team: 'brand', views: 2 },
    { team: 'pricing', views: 1 },
  ])
  expect(run.tables('page_owners')).toEqual([
    { page_prefix: '/', team: 'brand' },
    { page_prefix: '/plans', team: 'pricing' },
  ])
})
