import { type Contract, columnsOf } from '../contract.js'
import type { Inputs } from '../make-tables.js'
import { isPrevious, loadPreviousTables, publishedAs } from '../previous-tables.js'
import { beginNotes, isNoted, noteWhole } from '../restate/note-rows.js'
import type { StateRecord } from '../state/state.js'
import { type Increment, noteChanges } from './changes.js'

/** The history as the last release left it. */
export const previousHistory = 'previous_customer_history'
const restatements = 'previous_restatements'

/**
 * Gives an increment what it has to know of the last release: the history that keeps ids where they are, what was
 * restated before, and what models of one's own ask for. The kept tables know, if they are those of the release or were
 * made after it; else the release tells, which has given ids that they know nothing of.
 */
export async function givePrevious(
  increment: Increment,
  inputs: Inputs,
  { release, based_on }: StateRecord,
): Promise<void> {
  const { engine, contracts } = increment
  const isReleased = inputs.previous?.release === release
  if (!isReleased && inputs.previous?.release !== based_on)
    return giveFromRelease(increment, inputs)
  // Batches between releases give ids too; what is not yet released follows from this without a look at what differs.
  await engine.createTable(previousHistory, 'select * from customer_history')
  if (!isReleased) return
  await engine.createTable(restatements, 'select * from restatements')
  await beginNotes(engine, contracts)
  for (const contract of ownPrevious(increment)) await renew(increment, contract)
}

async function giveFromRelease(
  increment: Increment,
  { warehouse, previous, workFolder }: Inputs,
): Promise<void> {
  const { engine, contracts } = increment
  const own = ownPrevious(increment)
  for (const { table } of own)
    await engine.createScratchTable(staleOf(table), `select * from ${table}`)
  await loadPreviousTables(engine, contracts, { warehouse, release: previous, workFolder })
  await beginNotes(engine, contracts)
  for (const contract of [...contracts.values()].filter(isNoted)) await noteWhole(engine, contract)
  const contract = contracts.get(previousHistory)!
  await noteChanges(increment, contract, { before: 'customer_history', after: previousHistory })
  for (const previousTable of own) await noteRenewed(increment, previousTable)
}

/** Tables of the last release that models of one's own ask for. */
const ownPrevious = ({ contracts }: Increment): Contract[] =>
  [...contracts.values()].filter(
    (contract) => isPrevious(contract) && ![previousHistory, restatements].includes(contract.table),
  )

const staleOf = (table: string): string => `stale_${table}`

/** Takes what the kept tables, which are as they were released, say of a published one. */
async function renew(increment: Increment, contract: Contract): Promise<void> {
  const { engine } = increment
  const { table } = contract
  await engine.createScratchTable(staleOf(table), `select * from ${table}`)
  const columns = columnsOf(contract).map(({ name }) => name)
  await engine.createTable(table, `select ${columns.join(', ')} from ${publishedAs(contract)}`)
  await noteRenewed(increment, contract)
}

async function noteRenewed(increment: Increment, contract: Contract): Promise<void> {
  const { table } = contract
  await noteChanges(increment, contract, { before: staleOf(table), after: table })
  await increment.engine.dropScratchTables([staleOf(table)])
}
