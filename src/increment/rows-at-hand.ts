import type { Contract } from '../contract.js'
import type { Model } from '../models.js'
import type { Increment } from './changes.js'

/** Scratch tables of customers, and of all rows that a table or view has of these. */
export interface RowsAtHand {
  customers: string
  rows: string
}

/** Of more rows, to hold all their columns costs more than to look for those that a model asks for once more. */
export const mostRows = 200_000

/**
 * Relations that stand for what a model reads of touched customers, by table: where all of these have their rows at hand,
 * nobody has to look for them among the rows of everybody.
 */
export async function rowsAtHand(
  { engine, contracts, atHand }: Increment,
  { reads }: Pick<Model, 'reads'>,
  touched: string,
  conditionOf: (input: Contract) => string | undefined,
): Promise<Record<string, string>> {
  const tables = reads.filter((table) => atHand.has(table) && conditionOf(contracts.get(table)!))
  if (tables.length === 0) return {}
  const others = tables.map(
    (table) => `(select count(*) from ${touched} t
      anti join ${atHand.get(table)!.customers} c on c.customer_id = t.customer_id) as ${table}`,
  )
  const [found = {}] = await engine.query(`select ${others.join(', ')}`)
  const ofAll = tables.filter((table) => Number(found[table]) === 0)
  return Object.fromEntries(ofAll.map((table) => [table, atHand.get(table)!.rows]))
}

/** Lets go of the rows that are at hand. */
export const dropRowsAtHand = ({ engine, atHand }: Increment): Promise<void> =>
  engine.dropScratchTables([...atHand.values()].flatMap(({ customers, rows }) => [customers, rows]))
