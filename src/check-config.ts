import { readSourceFiles } from './collect/source-file.js'
import { sourceProblems } from './collect/source-problems.js'
import type { Config } from './config.js'
import { errorOf } from './errors.js'
import { overlapProblems } from './overlap.js'

/** Refuses a config that no run could follow, with all that is wrong; nothing is contacted. */
export async function checkConfig(config: Config, projectFolder?: string): Promise<void> {
  const problems = [
    ...sourceProblems(config.sources, await readSourceFiles(projectFolder)),
    ...overlapProblems(config),
  ]
  if (problems.length > 0) throw errorOf('config', problems)
}
