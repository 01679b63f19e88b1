import type { Contract } from '../contract.js'
import type { WrittenFile } from '../engines/engine.js'
import { fileOf, sortedSelect } from '../export-tables.js'
import type { LiveRows } from '../kernel.js'
import type { Model } from '../models.js'
import type { Producer } from '../producers.js'
import type { LiveFile } from '../publish/live.js'
import { sqlError } from '../sql-error.js'
import { workThenEnd } from '../work-then-end.js'
import type { Increment } from './changes.js'
import { touchedCustomers } from './figures.js'
import { inSlice } from './in-slice.js'
import { sliceCondition } from './touched.js'

/** Of a batch, the customers whom the last release knows: ids of others may still change, should the batch be made again. */
const liveCustomers = 'live_customers'

/** Knows the customers of the last release as long as it waits for the next. */
const customersTable = 'customers'

export interface LiveOptions {
  /** Tables that wait for the next release, in lineage order. */
  waiting: readonly string[]
  /** Where files are written. */
  folder: string
}

/** Makes the rows of touched customers in tables that wait for the next release, as files; the tables stay as they are. */
export async function makeLiveTables(
  increment: Increment,
  options: LiveOptions,
): Promise<LiveFile[]> {
  const { engine, producers } = increment
  const touched = touchedCustomers(increment)
  if (touched === undefined || !options.waiting.includes(customersTable)) return []
  const known = `select t.customer_id from (${touched}) t
    semi join ${customersTable} c on c.customer_id = t.customer_id`
  const made: LiveFile[] = []
  await workThenEnd(
    async () => {
      if ((await engine.fillScratchTable(liveCustomers, known)) === 0) return
      for (const producer of producers) {
        if (!('run' in producer) || producer.live === undefined) continue
        const file = await makeLive(increment, options, producer.table, producer.live)
        if (file) made.push({ table: producer.table, file })
      }
    },
    () => engine.dropScratchTables([liveCustomers]),
  )
  return made
}

async function makeLive(
  increment: Increment,
  { waiting, folder }: LiveOptions,
  table: string,
  live: LiveRows,
): Promise<WrittenFile | undefined> {
  const { engine, settings, contracts, producers } = increment
  const select = await live.select(engine, { settings }, liveCustomers)
  if (select === undefined) return undefined
  const models = modelsOnTheWay(live.reads, producers, waiting)
  const tables = models.map((model) => model.table)
  return workThenEnd(
    async () => {
      for (const [index, model] of models.entries())
        await makeOnTheWay(
          increment,
          model,
          live.where[model.table] ?? 'true',
          tables.slice(0, index),
        )
      const sorted = sortedSelect(contracts.get(table)!, `(${select}\n) as made`)
      return engine.writeParquet(sorted, fileOf(folder, table, 'live'))
    },
    () => engine.dropScratchTables(tables),
  )
}

/** The waiting models that these tables are made by, and those that they are made of, each after what it reads. */
function modelsOnTheWay(
  tables: readonly string[],
  producers: readonly Producer[],
  waiting: readonly string[],
): Model[] {
  const needed = new Set(tables)
  const models: Model[] = []
  for (const producer of [...producers].reverse()) {
    const { table, reads } = producer
    if ('run' in producer || !needed.has(table) || !waiting.includes(table)) continue
    for (const read of reads) needed.add(read)
    models.unshift(producer)
  }
  return models
}

/** Makes a model of the live customers' rows, under its own name, which is found before the kept table's. */
async function makeOnTheWay(
  increment: Increment,
  model: Model,
  where: string,
  madeBefore: readonly string[],
): Promise<void> {
  const ofCustomers = (input: Contract) =>
    input.kind === 'run' || madeBefore.includes(input.table)
      ? undefined
      : sliceCondition(input, 'customer_id', liveCustomers)
  const select = `select * from (${model.select}\n) as made where ${where}`
  try {
    await inSlice(increment, model, ofCustomers, () =>
      increment.engine.createScratchTable(model.table, select),
    )
  } catch (cause) {
    throw sqlError(model, cause)
  }
}
