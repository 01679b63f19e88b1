import type { Contract } from '../contract.js'
import type { Column, EmbeddedEngine } from '../engines/engine.js'
import type { Model } from '../models.js'
import { type Pipeline, pipelineOf, readPipeline } from '../producers.js'
import { builtInFolder } from '../project.js'

const table = 'state_pipeline'
const columns: readonly Column[] = [
  { name: 'folders', type: 'string' },
  { name: 'contracts', type: 'string' },
  { name: 'models', type: 'string' },
]

/**
 * What kept tables are made by. To read its files, all of them YAML and SQL, costs a small increment a tenth of its time,
 * and they are those that the tables were made by, or nobody would go on from them: so they are kept beside the tables.
 */
export async function keptPipeline(
  engine: EmbeddedEngine,
  projectFolder?: string,
): Promise<Pipeline> {
  // Messages name the files, which may lie elsewhere by now.
  const folders = JSON.stringify([builtInFolder, projectFolder ?? null])
  const kept = await read(engine)
  if (kept?.folders === folders) {
    const contracts = JSON.parse(String(kept.contracts)) as Contract[]
    return pipelineOf(contracts, JSON.parse(String(kept.models)) as Model[])
  }
  const pipeline = await readPipeline(projectFolder)
  const models = pipeline.producers.filter((producer) => !('run' in producer))
  await engine.writeRows(table, columns, [
    {
      folders,
      contracts: JSON.stringify([...pipeline.contracts.values()]),
      models: JSON.stringify(models),
    },
  ])
  return pipeline
}

async function read(engine: EmbeddedEngine) {
  const found = await engine.query(
    `select 1 as found from information_schema.tables where table_name = '${table}'`,
  )
  if (found.length === 0) return undefined
  return (await engine.query(`select folders, contracts, models from ${table}`))[0]
}
