import path from 'node:path'
import { type Contract, columnsOf } from './contract.js'
import type { Engine } from './engines/engine.js'
import type { TableOutput } from './publish/upload.js'

/** Writes every published table as Parquet below `folder`, its rows sorted by key. */
export async function exportTables(
  engine: Engine,
  contracts: ReadonlyMap<string, Contract>,
  folder: string,
  onTable: (table: string) => void,
): Promise<TableOutput[]> {
  const exported: TableOutput[] = []
  for (const contract of [...contracts.values()].sort((a, b) => (a.table < b.table ? -1 : 1))) {
    if (!contract.published) continue
    onTable(contract.table)
    const columns = columnsOf(contract)
    const files = await engine.writeParquet(sorted(contract), path.join(folder, contract.table))
    const contentHash = await engine.contentHash(contract.table, columns)
    exported.push({ table: contract.table, files, contentHash, contractVersion: contract.version })
  }
  return exported
}

/** Ends the order with the key, so that it is total whatever the contract sorts by. */
function sorted({ table, key, sort, columns }: Contract): string {
  const names = columns.map(({ name }) => name).join(', ')
  const order = [...new Set([...sort, ...key])].map((name) => `${name} nulls first`)
  return `select ${names} from ${table} order by ${order.join(', ')}`
}
