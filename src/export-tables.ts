import path from 'node:path'
import { type Contract, columnsOf } from './contract.js'
import type { Engine, WrittenFile } from './engines/engine.js'
import type { TableOutput } from './publish/upload.js'

/** Makes a published table of a SELECT: its Parquet files, sorted, are the table that later models read. */
export async function createPublished(
  engine: Engine,
  contract: Contract,
  select: string,
  folder: string,
): Promise<TableOutput> {
  const from = `(${select}\n) as made`
  const target = path.join(folder, contract.table)
  const files = await engine.createParquetTable(contract.table, sorted(contract, from), target)
  return outputOf(engine, contract, files)
}

/** Writes those tables that are published as Parquet below `folder`, each sorted. */
export async function exportTables(
  engine: Engine,
  contracts: readonly Contract[],
  folder: string,
): Promise<TableOutput[]> {
  const outputs: TableOutput[] = []
  for (const contract of contracts.filter(({ published }) => published)) {
    const target = path.join(folder, contract.table)
    const files = await engine.writeParquet(sorted(contract, contract.table), target)
    outputs.push(await outputOf(engine, contract, files))
  }
  return outputs
}

const outputOf = async (
  engine: Engine,
  contract: Contract,
  files: readonly WrittenFile[],
): Promise<TableOutput> => ({
  table: contract.table,
  files,
  contentHash: await engine.contentHash(contract.table, columnsOf(contract)),
  contractVersion: contract.version,
})

/** Ends the order with the key, so that it is total whatever the contract sorts by. */
function sorted({ key, sort, columns }: Contract, from: string): string {
  const names = columns.map(({ name }) => name).join(', ')
  const order = [...new Set([...sort, ...key])].map((name) => `${name} nulls first`)
  return `select ${names} from ${from} order by ${order.join(', ')}`
}
