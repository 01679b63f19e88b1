import { expect, test } from '@jest/globals'
import { checkDefaultStage } from './check-stage.js'
import { readConfig } from './config.js'
import { planJob } from './plan.js'
import { runJob } from './run.js'
import { withProject } from './testing/run-project.js'

const config = {
  ...readConfig(undefined, { THROUGHLINE__JOURNEYS__DEFAULT_STAGE: 'considration' }),
  sources: { till: { preset: 'event_log', prefix: 'till/' } },
}
const refused = {
  code: 'config',
  exitCode: 2,
  at: 'journeys.default_stage',
  expected:
    'a stage of config/stages.csv (awareness, consideration, purchase, retention, advocacy)',
  found: '"considration"',
}

test('a default stage that no registry names is a config error', async () => {
  await expect(planJob(config, 'test')).rejects.toMatchObject(refused)
  await expect(runJob({ config, version: 'test' })).rejects.toMatchObject(refused)
})

test('the stages of a project are those that count', async () => {
  const stages = 'stage,rank,also_called\nvisit,1,\nconsidration,2,\n'
  await withProject({ 'config/stages.csv': stages }, {}, async ({ folder }) => {
    expect(() => checkDefaultStage(config, folder)).not.toThrow()
    expect(() => checkDefaultStage(readConfig(undefined), folder)).toThrow(/visit, considration/)
  })
})
