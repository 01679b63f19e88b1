import { createHash } from 'node:crypto'
import path from 'node:path'
import { columnsOf, readContract } from '../contract.js'
import type { Engine, Row } from '../engines/engine.js'
import type { KernelContext } from '../kernel.js'
import { builtInFolder } from '../project.js'
import type { LogisticModel } from './logistic.js'
import { missingRole } from './missing-role.js'
import { readSample } from './read-sample.js'
import { churnerCount } from './sample.js'
import { scoreOptions, scoreSelect } from './score-sql.js'
import { type ChurnSettings, churnSettings } from './settings.js'
import { type Figure, type Training, trainAndJudge } from './train.js'

/** Trains the churn model on snapshots with known outcomes and scores the customers of today in the engine. */
export async function trainAndScore(engine: Engine, context: KernelContext): Promise<void> {
  const settings = churnSettings(context.settings)
  const train = await readSample(engine, 'train', settings)
  const test = await readSample(engine, 'test', settings)
  const missing = churnerCount(train) === 0 ? await missingRole(engine, settings) : undefined
  const training = await trainAndJudge(train, test, settings, missing)
  const { model, figures } = training
  const modelId = model ? modelIdOf(model) : null
  await writeModel(engine, figures, modelId, settings)
  await writeTable(engine, 'churn_terms', termRows(training, modelId))
  await writeScores(engine, model, modelId, settings)
}

/** Equal models have equal ids: a hash of everything that a score depends on. */
const modelIdOf = (model: LogisticModel): string =>
  createHash('sha256')
    .update(JSON.stringify([model.intercept, model.terms.map(({ expression }) => expression)]))
    .digest('hex')
    .slice(0, 20)

async function writeModel(
  engine: Engine,
  figures: readonly Figure[],
  modelId: string | null,
  settings: ChurnSettings,
): Promise<void> {
  const snapshots = await engine.query(
    `select purpose, max(cutoff_at) as snapshot_at from churn_cutoffs group by purpose`,
  )
  const snapshotOf = (purpose: string) =>
    snapshots.find((row) => row.purpose === purpose)?.snapshot_at ?? null
  const rows = figures.map((figure) => ({
    ...figure,
    model_id: modelId,
    as_of: snapshotOf('score'),
    snapshot_at: snapshotOf(
      figure.sample === 'test' || figure.sample === 'calibrated' ? 'test' : 'train',
    ),
    horizon_days: settings.horizon_days,
    label: settings.label,
  }))
  await writeTable(engine, 'churn_model', rows)
}

function termRows({ model, featureAucs }: Training, modelId: string | null): Row[] {
  if (!model) return []
  return [
    { term_no: 0, term: 'intercept', coefficient: model.intercept, model_id: modelId },
    ...model.terms.map((term, k) => ({
      term_no: k + 1,
      term: term.name,
      coefficient: term.coefficient,
      mean: term.mean,
      standard_deviation: term.standardDeviation,
      feature_auc: featureAucs.get(term.feature)!,
      expression: term.expression,
      model_id: modelId,
    })),
  ]
}

async function writeScores(
  engine: Engine,
  model: LogisticModel | undefined,
  modelId: string | null,
  settings: ChurnSettings,
): Promise<void> {
  await engine.createEmptyTable('churn_scores', columnsOfTable('churn_scores'))
  if (!model || !modelId) return
  await engine.insertInto('churn_scores', scoreSelect(model, scoreOptions(modelId, settings)))
}

const columnsOfTable = (table: string) =>
  columnsOf(readContract(path.join(builtInFolder, 'schemas', `${table}.yaml`)))

const writeTable = (engine: Engine, table: string, rows: readonly Row[]): Promise<void> =>
  engine.writeRows(table, columnsOfTable(table), rows)
