import { churnKernels } from './churn/kernels.js'
import type { Contract } from './contract.js'
import type { Engine } from './engines/engine.js'
import { ThroughlineError } from './errors.js'
import { identityKernels } from './identity/kernels.js'
import type { Kernel, KernelContext } from './kernel.js'
import { checkColumns, inLineageOrder, type Model, readModels, sqlError } from './models.js'

/** Whatever makes tables: a SQL model or a kernel. */
export type Producer = (Model & { makes: readonly string[] }) | Kernel

/** Every model and kernel of the project, each after what it reads. */
export async function producersInOrder(projectFolder?: string): Promise<Producer[]> {
  const models = await readModels(projectFolder)
  const kernels = [...identityKernels, ...churnKernels]
  return inLineageOrder([
    ...models.map((model) => ({ ...model, makes: [model.table] })),
    ...kernels,
  ])
}

/** Runs one producer: a kernel as it likes, a model as a table or, where its contract says so, a view. */
export async function produce(
  engine: Engine,
  producer: Producer,
  contracts: ReadonlyMap<string, Contract>,
  context: KernelContext,
): Promise<void> {
  if ('run' in producer) return producer.run(engine, context)
  const contract = contracts.get(producer.table)
  if (!contract) throw uncontracted(producer)
  await checkColumns(engine, producer, contract)
  try {
    await (contract.isView ? engine.createView : engine.createTable)(
      producer.table,
      producer.select,
    )
  } catch (cause) {
    throw sqlError(producer, cause)
  }
}

const uncontracted = ({ table, file }: Model): ThroughlineError =>
  new ThroughlineError({
    code: 'model',
    at: file,
    expected: `a contract schemas/${table}.yaml`,
    found: 'none',
    remedy: 'Describe the columns of the table in a contract.',
  })
