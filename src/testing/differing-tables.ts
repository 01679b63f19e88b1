import { type Contract, isProduced } from '../contract.js'
import { contracts } from './engine.js'
import type { JobOnBothEngines } from './job-on-both-engines.js'
import { tableDifferences } from './table-differences.js'

/** Tables, or those of them that are asked for, that the two engines have made differently, and in how many rows. */
export async function differingTables(
  { engine, stored }: Pick<JobOnBothEngines, 'engine' | 'stored'>,
  isAsked: (table: string) => boolean = () => true,
): Promise<Record<string, number>> {
  const differing: Record<string, number> = {}
  for (const contract of [...contracts.values()].filter(isStored)) {
    const { table } = contract
    if (!isAsked(table)) continue
    const files = stored.get(table)
    // An empty table may have no file.
    const made = files ? `read_parquet('${files}')` : `(select * from ${table} where false)`
    const rows = await tableDifferences(engine, contract, [table, made])
    if (rows > 0) differing[table] = rows
  }
  return differing
}

/** Tables that were made, not the views, and not what is told row by row to both engines. */
const isStored = (contract: Contract): boolean =>
  (isProduced(contract) && !contract.isView) ||
  ['records', 'ad_spend_records', 'row_problems'].includes(contract.table)
