import path from 'node:path'
import { type Contract, readContracts } from './contract.js'
import { contractProblems } from './contract-problems.js'
import type { Problem } from './errors.js'
import { modelStages, releaseStages } from './models.js'
import { projectFiles, schemaFolders } from './project.js'

const stages = [...modelStages, ...releaseStages]

/**
 * Contracts of a project that promise what no run could keep, or whose model is not where a run looks for it, as when its
 * folder is misspelt. The built-in ones are sound by our tests.
 */
export function pipelineProblems(projectFolder?: string): Problem[] {
  if (projectFolder === undefined) return []
  const models = new Set(stages.flatMap((stage) => modelsOf(stage, projectFolder)))
  const contracts = readContracts(schemaFolders(projectFolder))
  const lost = [...contracts.values()].filter(
    ({ kind, table }) => kind === 'model' && !models.has(table),
  )
  return [...lost.map(withoutModel), ...contractProblems(contracts)]
}

const modelsOf = (stage: string, projectFolder?: string): string[] => [
  ...projectFiles(path.join('pipelines', stage), '.sql', projectFolder).keys(),
]

const withoutModel = ({ file, table }: Contract): Problem => ({
  at: file,
  expected: `its model at pipelines/<stage>/${table}.sql`,
  found: `none in the stages ${modelStages.join(', ')}`,
  remedy: 'Put the SELECT there, or remove the contract.',
})
