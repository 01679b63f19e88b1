import path from 'node:path'
import { expect, test } from '@jest/globals'
import { readConfig } from './config.js'
import { planJob } from './plan.js'
import { registryProblems } from './registry-problems.js'
import { type ProjectFiles, withProject } from './testing/run-project.js'

const stageRules = (line: string) =>
  `rule_id,priority,event_type,source,channel,page_prefix,stage\n# ours\n\n${line}\n`

/** Place and expectation of each problem in a project's lists, the folder left out. */
const problemsOf = (files: ProjectFiles) =>
  withProject(files, {}, async ({ folder }) =>
    registryProblems(folder).map(({ at, expected, found }) => [
      path.relative(folder, at),
      expected,
      found,
    ]),
  )

test('the built-in lists are sound', () => {
  expect(registryProblems()).toEqual([])
})

test.each([
  ['kauf,20,kauf,,,,buying', ' (stage)', /^one of awareness, consideration, /, '"buying"'],
  ['kauf,soon,kauf,,,,purchase', ' (priority)', /^a whole number$/, '"soon"'],
  ['kauf,20,kauf,,,,', ' (stage)', /^a value$/, 'nothing'],
  ['kauf,20,kauf,,,purchase', '', /^7 values, as the header has$/, '6'],
  ['kauf,20,kauf,,,,,purchase', '', /^7 values, as the header has$/, '8'],
])('the line %j of stage_rules.csv is named', async (line, column, expected, found) => {
  expect(await problemsOf({ 'config/stage_rules.csv': stageRules(line) })).toEqual([
    [`config/stage_rules.csv:4${column}`, expect.stringMatching(expected), found],
  ])
})

test('stages of a project are those that its rules may name', async () => {
  const stages = 'stage,rank,also_called\nbuying,1,\n'
  const files = {
    'config/stages.csv': stages,
    'config/stage_rules.csv': stageRules('kauf,20,kauf,,,,buying'),
    'config/funnel_stages.csv': 'funnel_id,scope,step_no,label,stage,event_type\n',
  }
  expect(await problemsOf(files)).toEqual([])
})

test('stages of a project without rules of its own are refused, and the first lines say why', async () => {
  const problems = await problemsOf({ 'config/stages.csv': 'stage,rank,also_called\nbuying,1,\n' })
  const files = problems.map(([at = '']) => path.basename(at).split(':')[0])
  expect(new Set(files)).toEqual(new Set(['funnel_stages.csv', 'stage_rules.csv']))
  expect(files.filter((file) => file === 'stage_rules.csv')).toHaveLength(5)
})

test('a plan refuses lists with all that is wrong of them', async () => {
  const files = {
    'config/churn_event_roles.csv': 'event_type,role\nkauf,buys\n',
    'config/stage_rules.csv': stageRules('kauf,20,kauf,,,,buying'),
  }
  const config = {
    ...readConfig(undefined),
    sources: { till: { preset: 'event_log', prefix: 'till/' } },
  }
  await withProject(files, {}, async ({ folder }) => {
    await expect(planJob(config, 'test', folder)).rejects.toMatchObject({
      code: 'config',
      exitCode: 2,
      at: expect.stringMatching(/churn_event_roles.csv:2 \(role\), .*stage_rules.csv:4 \(stage\)/),
    })
  })
})
