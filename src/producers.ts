import { churnKernels } from './churn/kernels.js'
import { type Contract, readContracts } from './contract.js'
import type { EmbeddedEngine, Engine } from './engines/engine.js'
import { ThroughlineError } from './errors.js'
import { createPublished, exportTables } from './export-tables.js'
import { identityKernels } from './identity/kernels.js'
import type { Kernel, KernelContext } from './kernel.js'
import { checkColumns, inLineageOrder, type Model, readModels } from './models.js'
import {
  produceInSlices,
  publishInSlices,
  type SliceContext,
  type Slices,
} from './produce-in-slices.js'
import { schemaFolders } from './project.js'
import type { MadeTable } from './publish/upload.js'
import { sqlError } from './sql-error.js'

/** Whatever makes tables: a SQL model or a kernel. */
export type Producer = (Model & { makes: readonly string[] }) | Kernel

/** Every model and kernel of the project, each after what it reads. */
export async function producersInOrder(projectFolder?: string): Promise<Producer[]> {
  return withKernels(await readModels(projectFolder))
}

function withKernels(models: readonly Model[]): Producer[] {
  const kernels = [...identityKernels, ...churnKernels]
  return inLineageOrder([
    ...models.map((model) => ({ ...model, makes: [model.table] })),
    ...kernels,
  ])
}

/** What tables are made by. */
export interface Pipeline {
  contracts: ReadonlyMap<string, Contract>
  producers: readonly Producer[]
}

/** The pipeline of contracts and models that were read before. */
export const pipelineOf = (contracts: readonly Contract[], models: readonly Model[]): Pipeline => ({
  contracts: new Map(contracts.map((contract) => [contract.table, contract])),
  producers: withKernels(models),
})

/** Reads the built-in files, and a user's own laid over them. */
export const readPipeline = async (projectFolder?: string): Promise<Pipeline> => ({
  contracts: readContracts(schemaFolders(projectFolder)),
  producers: await producersInOrder(projectFolder),
})

export interface ProduceContext extends KernelContext {
  contracts: ReadonlyMap<string, Contract>
  exportFolder: string
  /** Slices of customers; asked for once all customers are known. */
  slices: () => Promise<Slices>
}

/** Runs one producer, and returns those of its tables that are published, as the files that a release takes. */
export async function produce(
  engine: Engine,
  producer: Producer,
  context: ProduceContext,
): Promise<MadeTable[]> {
  if (!('run' in producer)) return produceModel(engine, producer, context)
  const contracts = producer.makes.map((table) =>
    contractOf(context.contracts, table, `kernel ${producer.table}`),
  )
  await producer.run(engine, context)
  return exportTables(engine, contracts, context.exportFolder)
}

/** A model becomes a table, or what its contract says: a view, or the files of a published table. */
async function produceModel(
  engine: Engine,
  model: Model,
  context: ProduceContext,
): Promise<MadeTable[]> {
  const { table, select, file } = model
  const { exportFolder } = context
  const contract = contractOf(context.contracts, table, file)
  await checkColumns(engine, model, contract)
  try {
    if (contract.slicedByCustomer && !engine.isDistributed) {
      const slices = await context.slices()
      if (slices.length > 1) return await produceSliced(engine, model, { ...context, slices })
    }
    if (contract.published) return [await createPublished(engine, contract, select, exportFolder)]
    await (contract.isView ? engine.createView : engine.createTable)(table, select)
    return []
  } catch (cause) {
    throw sqlError(model, cause)
  }
}

async function produceSliced(
  engine: EmbeddedEngine,
  model: Model,
  context: SliceContext,
): Promise<MadeTable[]> {
  if (context.contracts.get(model.table)!.published)
    return [await publishInSlices(engine, model, context)]
  await produceInSlices(engine, model, context)
  return []
}

function contractOf(contracts: ReadonlyMap<string, Contract>, table: string, at: string): Contract {
  const contract = contracts.get(table)
  if (contract) return contract
  throw new ThroughlineError({
    code: 'model',
    at,
    expected: `a contract schemas/${table}.yaml`,
    found: 'none',
    remedy: 'Describe the columns of the table in a contract.',
  })
}
