import path from 'node:path'
import { type Contract, columnsOf } from './contract.js'
import type { Engine, WrittenFile } from './engines/engine.js'
import type { TableOutput } from './publish/upload.js'

/** Where files of published tables are written, each in a folder of its table. */
export const fileOf = (folder: string, table: string, name = 'part-0000'): string =>
  path.join(folder, table, `${name}.parquet`)

/** Makes a published table of a SELECT: its Parquet file, sorted, is the table that later models read. */
export async function createPublished(
  engine: Engine,
  contract: Contract,
  select: string,
  folder: string,
): Promise<TableOutput> {
  const file = await engine.writeParquet(
    sortedSelect(contract, `(${select}\n) as made`),
    fileOf(folder, contract.table),
  )
  return publishedFile(engine, contract, file)
}

/** Writes those tables that are published as Parquet below `folder`, each sorted. */
export async function exportTables(
  engine: Engine,
  contracts: readonly Contract[],
  folder: string,
): Promise<TableOutput[]> {
  const outputs: TableOutput[] = []
  for (const contract of contracts.filter(({ published }) => published)) {
    const file = await exportTable(engine, contract, folder)
    outputs.push(await outputOf(engine, contract, file))
  }
  return outputs
}

/** Writes a table as Parquet below `folder`, sorted. */
export const exportTable = (
  engine: Engine,
  contract: Contract,
  folder: string,
): Promise<WrittenFile> =>
  engine.writeParquet(sortedSelect(contract, contract.table), fileOf(folder, contract.table))

/** Makes the file of a published table the table that later models read. */
export async function publishedFile(
  engine: Engine,
  contract: Contract,
  file: WrittenFile,
): Promise<TableOutput> {
  await engine.createParquetTable(contract.table, [file.path])
  return outputOf(engine, contract, file)
}

const outputOf = async (
  engine: Engine,
  contract: Contract,
  file: WrittenFile,
): Promise<TableOutput> => ({
  table: contract.table,
  file,
  contentHash: await engine.contentHash(contract.table, columnsOf(contract)),
  contractVersion: contract.version,
})

/** Ends the order with the key, so that it is total whatever the contract sorts by. */
export function sortedSelect({ key, sort, columns }: Contract, from: string): string {
  const names = columns.map(({ name }) => name).join(', ')
  const order = [...new Set([...sort, ...key])].map((name) => `${name} nulls first`)
  return `select ${names} from ${from} order by ${order.join(', ')}`
}
