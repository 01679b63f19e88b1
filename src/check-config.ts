import { readSourceFiles } from './collect/source-file.js'
import { sourceProblems } from './collect/source-problems.js'
import type { Config } from './config.js'
import { engineProblems } from './engine-problems.js'
import { errorOf } from './errors.js'
import { folderProblems } from './folder-problems.js'
import { overlapProblems } from './overlap.js'
import { pipelineProblems } from './pipeline-problems.js'
import { registryProblems } from './registry-problems.js'
import { logProblems } from './stream/stream-problems.js'

/** Refuses a config or project folder that no run could follow, with all that is wrong; no store is contacted and nothing is written. */
export async function checkConfig(config: Config, projectFolder?: string): Promise<void> {
  const problems = [
    ...(await engineProblems(config)),
    ...folderProblems(config),
    ...sourceProblems(config.sources, await readSourceFiles(projectFolder)),
    ...overlapProblems(config),
    ...logProblems(config),
    ...registryProblems(projectFolder),
    ...pipelineProblems(projectFolder),
  ]
  if (problems.length > 0) throw errorOf('config', problems)
}
