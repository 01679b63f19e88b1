import type { Contract } from '../contract.js'
import type { Model } from '../models.js'
import type { Increment } from './changes.js'
import { hangsOnRecords } from './remake-view.js'
import { mostRows } from './rows-at-hand.js'

/** Says whose records are; up to date for who reads it. */
const tellsCustomers = 'identity_sets'

/**
 * Puts at hand what the views of records that a model reads have of touched customers. The first such model of an increment
 * gathers the rows of its customers; others wait for it.
 */
export async function gatherViews(
  increment: Increment,
  { reads }: Pick<Model, 'reads'>,
  touched: string,
  conditionOf: (input: Contract) => string | undefined,
): Promise<void> {
  const { contracts, gathered } = increment
  for (const view of reads.filter((read) => contracts.get(read)!.isView)) {
    const condition = conditionOf(contracts.get(view)!)
    if (condition === undefined || !hangsOnRecords(increment, view)) continue
    if (!gathered.has(view) && reads.includes(tellsCustomers))
      gathered.set(view, gather(increment, { view, touched, condition }))
    await gathered.get(view)
  }
}

async function gather(
  { engine, atHand }: Increment,
  { view, touched, condition }: { view: string; touched: string; condition: string },
): Promise<void> {
  const customers = `customers_of_${view}`
  const rows = `gathered_${view}`
  await engine.createScratchTable(customers, `select customer_id from ${touched}`)
  const count = await engine.fillScratchTable(
    rows,
    `select * from ${view} where ${condition} limit ${mostRows + 1}`,
  )
  if (count <= mostRows) atHand.set(view, { customers, rows })
  else await engine.dropScratchTables([customers, rows])
}
