import path from 'node:path'
import { expect, test } from '@jest/globals'
import { pipelineProblems } from './pipeline-problems.js'
import { contractOf, intColumn } from './testing/contract-of.js'
import { withProject } from './testing/run-project.js'

const contract = contractOf({
  table: 'visits',
  description: 'One row per visitor.',
  columns: { visits: intColumn },
})

const problemsWith = (model: string) => {
  const files = { 'schemas/visits.yaml': contract, [model]: '-- One row per visitor.\nselect 1' }
  return withProject(files, {}, async ({ folder }) =>
    pipelineProblems(folder).map(({ at, ...said }) => ({ at: path.relative(folder, at), ...said })),
  )
}

test('a contract without its model is named, as where the folder of the model is misspelt', async () => {
  expect(await problemsWith('pipelines/insight/visits.sql')).toEqual([
    {
      at: 'schemas/visits.yaml',
      expected: 'its model at pipelines/<stage>/visits.sql',
      found: 'none in the stages ledger, identity, journeys, insights, churn',
      remedy: 'Put the SELECT there, or remove the contract.',
    },
  ])
})

test('one with its model is sound, as the built-in ones are', async () => {
  expect(await problemsWith('pipelines/insights/visits.sql')).toEqual([])
})
