import { expect, test } from '@jest/globals'
import { columnsOf } from './contract.js'
import { checkColumns, inLineageOrder, modelStages, readModels, releaseStages } from './models.js'
import { projectFiles } from './project.js'
import { readCases, runCase } from './testing/cases.js'
import { contracts, withEngine } from './testing/engine.js'

const models = await readModels(undefined, [...modelStages, ...releaseStages])
const registries = new Set(projectFiles('config', '.csv').keys())

test('every model has the columns of its contract, checked on empty tables', async () => {
  await withEngine({}, async (engine) => {
    for (const model of inLineageOrder(models)) {
      for (const table of [...model.reads, model.table]) {
        const contract = contracts.get(table)
        if (!contract)
          throw new Error(`${model.file}: expected a contract schemas/${table}.yaml, found none`)
        if (!registries.has(table)) await engine.createEmptyTable(table, columnsOf(contract))
      }
      await checkColumns(engine, model, contracts.get(model.table)!)
    }
  })
})

for (const model of models) {
  for (const modelCase of readCases(model)) {
    test(`${model.table}: ${modelCase.name}`, async () => {
      const { found, expected } = await runCase(model, modelCase, registries)
      expect(found).toEqual(expected)
    })
  }
}
