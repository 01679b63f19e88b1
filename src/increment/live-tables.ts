import { type Contract, hasColumn } from '../contract.js'
import type { WrittenFile } from '../engines/engine.js'
import { fileOf, sortedSelect } from '../export-tables.js'
import type { Kernel } from '../kernel.js'
import type { Model } from '../models.js'
import type { Producer } from '../producers.js'
import type { LiveFile } from '../publish/live.js'
import { sqlError } from '../sql-error.js'
import type { Increment } from './changes.js'
import { touchedCustomers } from './figures.js'
import { inSlice } from './in-slice.js'

/** Of a batch, customers whom a release knows: ids of new ones may still change, should the batch have to be made again. */
const liveCustomers = 'live_customers'

/**
 * Makes the rows of touched customers in tables that wait for the next release, as files below `folder`; the tables
 * themselves stay as they are.
 */
export async function makeLiveTables(increment: Increment, folder: string): Promise<LiveFile[]> {
  const { engine, producers } = increment
  const touched = touchedCustomers(increment)
  if (touched === undefined) return []
  // Of a table that waits for releases, too.
  const known = `select t.customer_id from (${touched}) t semi join customers c on c.customer_id = t.customer_id`
  const made: LiveFile[] = []
  try {
    if ((await engine.fillScratchTable(liveCustomers, known)) === 0) return []
    for (const producer of producers) {
      if (!('live' in producer)) continue
      const file = await makeLive(increment, producer, folder)
      if (file) made.push({ table: producer.table, file })
    }
  } finally {
    await engine.dropScratchTables([liveCustomers])
  }
  return made
}

async function makeLive(
  increment: Increment,
  { table, live }: Kernel,
  folder: string,
): Promise<WrittenFile | undefined> {
  const { engine, settings, contracts, producers } = increment
  const select = await live!.select(engine, { settings })
  if (select === undefined) return undefined
  const { through } = live!
  const tables = through.map((step) => step.table)
  try {
    for (const [index, { table, where = 'true' }] of through.entries())
      await makeOnTheWay(increment, modelOf(producers, table), where, tables.slice(0, index))
    const sorted = sortedSelect(contracts.get(table)!, `(${select}\n) as made`)
    return await engine.writeParquet(sorted, fileOf(folder, table, 'live'))
  } finally {
    await engine.dropScratchTables(tables)
  }
}

/** Makes a model of the live customers' rows, under its own name, which is found before the kept table's. */
async function makeOnTheWay(
  increment: Increment,
  model: Model,
  where: string,
  madeBefore: readonly string[],
): Promise<void> {
  const ofCustomers = (input: Contract) =>
    hasColumn(input, 'customer_id') && !madeBefore.includes(input.table)
      ? `customer_id in (select customer_id from ${liveCustomers})`
      : undefined
  const select = `select * from (${model.select}\n) as made where ${where}`
  try {
    await inSlice(increment, model, ofCustomers, () =>
      increment.engine.createScratchTable(model.table, select),
    )
  } catch (cause) {
    throw sqlError(model, cause)
  }
}

function modelOf(producers: readonly Producer[], table: string): Model {
  const model = producers.find((producer) => producer.table === table)
  if (model === undefined || 'run' in model) throw new Error(`${table} is not made by a model`)
  return model
}
