import type { Inputs } from '../make-tables.js'
import { loadPreviousTables } from '../previous-tables.js'
import type { StateRecord } from '../state/state.js'
import { type Increment, noteChanges } from './changes.js'

const history = 'previous_customer_history'

/**
 * Gives an increment the history that keeps ids where they are: that of the kept tables, if they are those of the
 * warehouse's release or were made after it; else that of the release, which has given ids that they know nothing of.
 */
export async function giveHistory(
  increment: Increment,
  { warehouse, previous, workFolder }: Inputs,
  { release, based_on }: StateRecord,
): Promise<void> {
  const { engine, contracts } = increment
  if (previous?.release === release || previous?.release === based_on) {
    await engine.createTable(history, 'select * from customer_history')
    return
  }
  await loadPreviousTables(engine, contracts, { warehouse, release: previous, workFolder })
  const contract = contracts.get(history)!
  await noteChanges(increment, contract, { before: 'customer_history', after: history })
}
