import type { Contract } from '../contract.js'
import type { EmbeddedEngine } from '../engines/engine.js'
import type { Model } from '../models.js'
import type { Increment } from './changes.js'
import { hangsOnRecords } from './remake-view.js'

const rowsOf = (view: string): string => `gathered_${view}`
const customersOf = (view: string): string => `customers_of_${view}`

/** Says whose records are; up to date for who reads it. */
const tellsCustomers = 'identity_sets'

/** From so many rows on, to hold all their columns costs more than to look for those that a model asks for once more. */
const mostRows = 200_000

/**
 * Relations that stand for the views of records which a model reads for touched customers, by view. The first such model of
 * an increment gathers the rows of its customers; others, whose customers are among these, need not look through all rows
 * once more.
 */
export async function gatherViews(
  increment: Increment,
  { reads }: Pick<Model, 'reads'>,
  touched: string,
  conditionOf: (input: Contract) => string | undefined,
): Promise<Record<string, string>> {
  const { engine, contracts, gathered } = increment
  const instead: Record<string, string> = {}
  for (const view of reads.filter((read) => contracts.get(read)!.isView)) {
    const condition = conditionOf(contracts.get(view)!)
    if (condition === undefined || !hangsOnRecords(increment, view)) continue
    if (!gathered.has(view) && reads.includes(tellsCustomers))
      gathered.set(view, gather(engine, { view, touched, condition }))
    const isGathered = await gathered.get(view)
    if (isGathered && (await areAmong(engine, touched, customersOf(view))))
      instead[view] = rowsOf(view)
  }
  return instead
}

async function gather(
  engine: EmbeddedEngine,
  { view, touched, condition }: { view: string; touched: string; condition: string },
): Promise<boolean> {
  await engine.createScratchTable(customersOf(view), `select customer_id from ${touched}`)
  const rows = await engine.fillScratchTable(
    rowsOf(view),
    `select * from ${view} where ${condition} limit ${mostRows + 1}`,
  )
  return rows <= mostRows
}

async function areAmong(
  engine: EmbeddedEngine,
  touched: string,
  customers: string,
): Promise<boolean> {
  const [others] = await engine.query(
    `select count(*) as customers from ${touched} t anti join ${customers} c on c.customer_id = t.customer_id`,
  )
  return Number(others?.customers) === 0
}

/** Lets go of what was gathered. */
export const dropGathered = ({ engine, gathered }: Increment): Promise<void> =>
  engine.dropScratchTables(
    [...gathered.keys()].flatMap((view) => [rowsOf(view), customersOf(view)]),
  )
