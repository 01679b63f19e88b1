import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Model, modelStages, readModels, releaseStages } from '../../models.js'
import { projectFiles } from '../../project.js'
import { loadRegistries } from '../../registries.js'
import { type ComparedRows, comparedRows, type ModelCase, readCases } from '../../testing/cases.js'
import { contracts, givenTable, usualSettings } from '../../testing/engine.js'
import type { SparkUnderTest } from '../../testing/spark-under-test.js'
import { viewsOn } from '../../testing/views-on-spark.js'
import { openSparkSession, type SparkSession } from './connect/session.js'
import { defineSettings, prepareSession } from './prepare.js'

const models = await readModels(undefined, [...modelStages, ...releaseStages])
const registries = new Set(projectFiles('config', '.csv').keys())

/** Every case of every model, on Spark: one text answers alike on both engines. */
export function modelSuite(spark: () => SparkUnderTest): void {
  describe('models on Spark', () => {
    let session: SparkSession
    beforeAll(async () => {
      session = await openSparkSession(spark().server.connectionString)
      await prepareSession(session, usualSettings, { 'spark.sql.shuffle.partitions': '2' })
      await loadRegistries(viewsOn(session), contracts)
    })
    afterAll(() => session?.close())

    for (const model of models)
      for (const modelCase of readCases(model))
        test(`${model.table}: ${modelCase.name}`, async () => {
          const { found, expected } = await runCase(session, model, modelCase)
          expect(found).toEqual(expected)
        })
  })
}

async function runCase(
  session: SparkSession,
  model: Model,
  modelCase: ModelCase,
): Promise<ComparedRows> {
  const settings = modelCase.settings ?? {}
  await defineSettings(session, settings)
  try {
    const tables = viewsOn(session)
    const given = model.reads.filter((table) => !registries.has(table) || modelCase.given[table])
    await Promise.all(given.map((table) => givenTable(tables, table, modelCase.given[table] ?? [])))
    return comparedRows(await session.rows(model.select, { name: model.table }), modelCase)
  } finally {
    const usual = Object.keys(settings).map((name) => [name, usualSettings[name]!])
    await defineSettings(session, Object.fromEntries(usual))
    if (Object.keys(modelCase.given).some((table) => registries.has(table)))
      await loadRegistries(viewsOn(session), contracts)
  }
}
