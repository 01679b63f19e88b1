import type { Contract } from '../contract.js'
import type { Model } from '../models.js'
import { cutBy, type Increment } from './changes.js'

/** Scratch tables in which the rows of touched keys are made; sessions share their names. */
export const scratchOf = (table: string) => ({
  touched: `touched_${table}`,
  fresh: `fresh_${table}`,
  stale: `stale_${table}`,
  differing: `differing_${table}`,
})

/** More rows are let go of: to hold them costs more memory than it saves time. */
const mostRows = 200_000

/** Holds on to the rows that a table has of touched customers, until the update is done; false where it does not. */
export function holdMade({ made }: Increment, contract: Contract, rows: number): boolean {
  if (cutBy(contract) !== 'customer_id' || rows > mostRows) return false
  made.add(contract.table)
  return true
}

/**
 * Relations that stand for tables which a model reads for touched customers, by table: where their rows of these customers
 * were made a moment ago, nobody has to look for them among all rows.
 */
export async function madeRows(
  { engine, contracts, made }: Increment,
  { reads }: Pick<Model, 'reads'>,
  touched: string,
  conditionOf: (input: Contract) => string | undefined,
): Promise<Record<string, string>> {
  const tables = reads.filter((table) => made.has(table) && conditionOf(contracts.get(table)!))
  if (tables.length === 0) return {}
  const others = tables.map(
    (table) => `(select count(*) from ${touched} t
      anti join ${scratchOf(table).touched} m on m.customer_id = t.customer_id) as ${table}`,
  )
  const [found = {}] = await engine.query(`select ${others.join(', ')}`)
  const held = tables.filter((table) => Number(found[table]) === 0)
  return Object.fromEntries(held.map((table) => [table, scratchOf(table).fresh]))
}

/** Lets go of what was held. */
export const dropMade = ({ engine, made }: Increment): Promise<void> =>
  engine.dropScratchTables(
    [...made].flatMap((table) => [scratchOf(table).touched, scratchOf(table).fresh]),
  )
