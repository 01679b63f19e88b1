import { rm } from 'node:fs/promises'
import { type Contract, columnsOf } from './contract.js'
import type { EmbeddedEngine, WrittenFile } from './engines/engine.js'
import { fileOf, publishedFile, sortedSelect } from './export-tables.js'
import type { Model } from './models.js'
import type { TableOutput } from './publish/upload.js'
import { workThenEnd } from './work-then-end.js'

/** Conditions on `customer_id`, in its order, of which each customer fits exactly one. */
export type Slices = readonly string[]

export interface SliceContext {
  contracts: ReadonlyMap<string, Contract>
  exportFolder: string
  slices: Slices
}

/**
 * Makes a table of a model slice by slice, which bounds memory and keeps the rows of a slice together, so that later
 * slices read only theirs. Of every table with a `customer_id` the model sees the rows of the slice's customers.
 */
export async function produceInSlices(
  engine: EmbeddedEngine,
  { table, select, reads }: Model,
  { contracts, slices }: Pick<SliceContext, 'contracts' | 'slices'>,
): Promise<void> {
  await engine.createEmptyTable(table, columnsOf(contracts.get(table)!))
  await inSlices(engine, withCustomers(reads, contracts), slices, () =>
    engine.insertInto(table, select),
  )
}

/** The same for a published table: a file a slice, then all of them end to end, which is the order of the whole. */
export async function publishInSlices(
  engine: EmbeddedEngine,
  { table, select, reads }: Model,
  { contracts, slices, exportFolder }: SliceContext,
): Promise<TableOutput> {
  const contract = contracts.get(table)!
  const sorted = sortedSelect(contract, `(${select}\n) as made`)
  const parts: WrittenFile[] = []
  await inSlices(engine, withCustomers(reads, contracts), slices, async (slice) => {
    parts.push(await engine.writeParquet(sorted, fileOf(exportFolder, table, `slice-${slice}`)))
  })
  const paths = parts.map((part) => part.path)
  const file = await engine.joinParquet(paths, fileOf(exportFolder, table))
  await Promise.all(paths.map((part) => rm(part)))
  return publishedFile(engine, contract, file)
}

const withCustomers = (
  tables: readonly string[],
  contracts: ReadonlyMap<string, Contract>,
): string[] =>
  tables.filter((table) => contracts.get(table)?.columns.some(({ name }) => name === 'customer_id'))

async function inSlices(
  engine: EmbeddedEngine,
  tables: readonly string[],
  slices: Slices,
  work: (slice: number) => Promise<void>,
): Promise<void> {
  await workThenEnd(
    async () => {
      for (const [slice, condition] of slices.entries()) {
        await engine.defineSlice(Object.fromEntries(tables.map((table) => [table, condition])))
        await work(slice)
      }
    },
    () => engine.endSlice(),
  )
}
