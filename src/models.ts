import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Contract } from './contract.js'
import type { Engine } from './engines/engine.js'
import { ThroughlineError } from './errors.js'
import { projectFiles } from './project.js'
import { parseSelect } from './sql.js'
import { sqlError } from './sql-error.js'

/** Stages whose SQL files are models; `collect` and `intake` are run by the collect stage, batch by batch. */
export const modelStages = ['ledger', 'identity', 'journeys', 'insights', 'churn'] as const

/** Models that are made last, when a release is: of how its tables differ from those of the one before. */
export const releaseStages = ['release'] as const

const timeFunctions = ['as_of', 'as_of_micros']

export interface Model {
  table: string
  stage: string
  file: string
  select: string
  reads: string[]
  /** Whether the run's point in time decides its rows. */
  readsTime: boolean
}

/** Every SQL model of some stages, its inputs parsed from its text. */
export async function readModels(
  projectFolder?: string,
  stages: readonly string[] = modelStages,
): Promise<Model[]> {
  const models: Model[] = []
  for (const stage of stages) {
    const files = projectFiles(path.join('pipelines', stage), '.sql', projectFolder)
    for (const [table, file] of files) models.push(await readModel(table, stage, file))
  }
  return models
}

/** One SQL file as a model: the file's name is the table's. */
export async function readModel(table: string, stage: string, file: string): Promise<Model> {
  const select = readFileSync(file, 'utf8').trim().replace(/;$/, '')
  const { reads, functions } = await parseSelect(select, file)
  const readsTime = functions.some((name) => timeFunctions.includes(name))
  return { table, stage, file, select, reads, readsTime }
}

/** A node of the lineage: what it makes (by default its own table) from what it reads. */
export interface LineageNode {
  table: string
  makes?: readonly string[]
  reads: readonly string[]
  /** About how many times as long as others it takes; 1 when absent. */
  weight?: number
}

/** Nodes in an order in which each follows what it reads; ties by name, so that the order never varies. */
export function inLineageOrder<N extends LineageNode>(nodes: readonly N[]): N[] {
  let waiting = [...nodes].sort((a, b) => (a.table < b.table ? -1 : 1))
  const ordered: N[] = []
  while (waiting.length > 0) {
    const unmade = new Set(waiting.flatMap(madeBy))
    const ready = waiting.find((node) =>
      node.reads.every((read) => !unmade.has(read) || madeBy(node).includes(read)),
    )
    if (!ready) throw cycleError(waiting.map(({ table }) => table))
    waiting = waiting.filter((node) => node !== ready)
    ordered.push(ready)
  }
  return ordered
}

/** The tables that a node makes: by default the one that it is named after. */
export const madeBy = (node: LineageNode): readonly string[] => node.makes ?? [node.table]

const cycleError = (tables: readonly string[]): ThroughlineError =>
  new ThroughlineError({
    code: 'model',
    at: 'pipelines/',
    expected: 'models that do not depend on themselves',
    found: `a cycle among ${tables.join(', ')}`,
    remedy: 'Break the cycle: one of these models must stop reading another.',
  })

/** Fails when the columns of a model are not those of its contract, in order, type for type. */
export async function checkColumns(
  engine: Engine,
  model: Model,
  contract: Contract,
): Promise<void> {
  const found = await describedColumns(engine, model)
  const expected = contract.columns.map(({ name, physicalType }) => `${name} ${physicalType}`)
  const differences = [
    ...expected.filter((column) => !found.includes(column)).map((column) => `missing ${column}`),
    ...found.filter((column) => !expected.includes(column)).map((column) => `unexpected ${column}`),
  ]
  if (differences.length === 0 && expected.join() === found.join()) return
  throw new ThroughlineError({
    code: 'model',
    at: model.file,
    expected: `the columns of ${contract.file}`,
    found: differences.join('; ') || 'another order of columns',
    remedy: 'Make the SELECT and the contract agree; cast aggregates explicitly.',
  })
}

async function describedColumns(engine: Engine, model: Model): Promise<string[]> {
  try {
    return (await engine.describe(model.select)).map(({ name, type }) => `${name} ${type}`)
  } catch (cause) {
    throw sqlError(model, cause)
  }
}
