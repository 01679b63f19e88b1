import path from 'node:path'
import { type Contract, columnsOf } from './contract.js'
import type { DistributedEngine, EmbeddedEngine, Engine, WrittenFile } from './engines/engine.js'
import type { MadeTable, StoredTable, TableOutput } from './publish/upload.js'

/** Where files of published tables are written, each in a folder of its table. */
export const fileOf = (folder: string, table: string, name = 'part-0000'): string =>
  path.join(folder, table, `${name}.parquet`)

/** Makes a published table of a SELECT: its Parquet files, sorted, are the table that later models read. */
export async function createPublished(
  engine: Engine,
  contract: Contract,
  select: string,
  folder: string,
): Promise<MadeTable> {
  const sorted = sortedSelect(contract, `(${select}\n) as made`)
  if (engine.isDistributed) return stored(engine, contract, sorted)
  const file = await engine.writeParquet(sorted, fileOf(folder, contract.table))
  return publishedFile(engine, contract, file)
}

/** Writes those tables that are published as Parquet, each sorted: below `folder`, or where the engine has its files. */
export async function exportTables(
  engine: Engine,
  contracts: readonly Contract[],
  folder: string,
): Promise<MadeTable[]> {
  const outputs: MadeTable[] = []
  for (const contract of contracts.filter(({ published }) => published)) {
    outputs.push(
      engine.isDistributed
        ? await stored(engine, contract, sortedSelect(contract, contract.table))
        : await outputOf(engine, contract, await exportTable(engine, contract, folder)),
    )
  }
  return outputs
}

/** Writes a table as Parquet below `folder`, sorted. */
export const exportTable = (
  engine: EmbeddedEngine,
  contract: Contract,
  folder: string,
): Promise<WrittenFile> =>
  engine.writeParquet(sortedSelect(contract, contract.table), fileOf(folder, contract.table))

/** Makes the file of a published table the table that later models read. */
export async function publishedFile(
  engine: EmbeddedEngine,
  contract: Contract,
  file: WrittenFile,
): Promise<TableOutput> {
  await engine.createParquetTable(contract.table, [file.path])
  return outputOf(engine, contract, file)
}

const outputOf = async (
  engine: EmbeddedEngine,
  contract: Contract,
  file: WrittenFile,
): Promise<TableOutput> => ({ ...(await namedOutput(engine, contract)), file })

async function stored(
  engine: DistributedEngine,
  contract: Contract,
  select: string,
): Promise<StoredTable> {
  const files = await engine.store(contract.table, select)
  return { ...(await namedOutput(engine, contract)), stored: files }
}

const namedOutput = async (
  engine: Engine,
  contract: Contract,
): Promise<Omit<TableOutput, 'file'>> => ({
  table: contract.table,
  contentHash: await engine.contentHash(contract.table, columnsOf(contract)),
  contractVersion: contract.version,
})

/** Ends the order with the key, so that it is total whatever the contract sorts by. */
export function sortedSelect({ key, sort, columns }: Contract, from: string): string {
  const names = columns.map(({ name }) => name).join(', ')
  const order = [...new Set([...sort, ...key])].map((name) => `${name} nulls first`)
  return `select ${names} from ${from} order by ${order.join(', ')}`
}
