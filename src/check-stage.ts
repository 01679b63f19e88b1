import type { Config } from './config.js'
import { ThroughlineError } from './errors.js'
import { registryColumn } from './registries.js'

/** Refuses a default stage that the registry of stages does not name; nothing is contacted. */
export function checkDefaultStage({ journeys }: Config, projectFolder?: string): void {
  const stages = registryColumn('stages', 'stage', projectFolder)
  if (stages.includes(journeys.default_stage)) return
  throw new ThroughlineError({
    code: 'config',
    at: 'journeys.default_stage',
    expected: `a stage of config/stages.csv (${stages.join(', ')})`,
    found: JSON.stringify(journeys.default_stage),
    remedy: 'Name one of these stages, or add it to config/stages.csv of your project.',
  })
}
