import type { Inputs } from '../make-tables.js'
import { loadPreviousTables } from '../previous-tables.js'
import { beginNotes, isNoted, noteWhole } from '../restate/note-rows.js'
import type { StateRecord } from '../state/state.js'
import { type Increment, noteChanges } from './changes.js'

const history = 'previous_customer_history'

/**
 * Gives an increment what it has to know of the last release: the history that keeps ids where they are, and what was
 * restated before. The kept tables know, if they are those of the release or were made after it; else the release tells,
 * which has given ids that they know nothing of.
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
  await engine.createTable(history, 'select * from customer_history')
  if (!isReleased) return
  await engine.createTable('previous_restatements', 'select * from restatements')
  await beginNotes(engine, contracts)
}

async function giveFromRelease(
  increment: Increment,
  { warehouse, previous, workFolder }: Inputs,
): Promise<void> {
  const { engine, contracts } = increment
  await loadPreviousTables(engine, contracts, { warehouse, release: previous, workFolder })
  await beginNotes(engine, contracts)
  for (const contract of [...contracts.values()].filter(isNoted)) await noteWhole(engine, contract)
  const contract = contracts.get(history)!
  await noteChanges(increment, contract, { before: 'customer_history', after: history })
}
