import type { Contract } from '../contract.js'
import type { Model } from '../models.js'
import { changedKeys, changeOf, type Increment, keysOf } from './changes.js'
import { inSlice } from './in-slice.js'
import { isSameKey } from './same-key.js'

const freshOf = (table: string): string => `fresh_${table}`

/**
 * Adds the values that changed rows bring to a table of a row a value. Nothing that reads it has to follow: rows that
 * carry a new value have changed themselves. Values that no row carries any more stay. Where a known value has changed
 * after all, or an input anywhere, the table is made whole.
 */
export async function remakeValues(
  increment: Increment,
  model: Model,
  contract: Contract,
  makeWhole: () => Promise<void>,
): Promise<void> {
  const { engine } = increment
  if (model.reads.some((table) => changeOf(increment, table) === 'whole')) return makeWhole()
  await createFresh(increment, model)
  const fresh = freshOf(model.table)
  const isKnown = isSameKey(contract, 't', 'f')
  const [found] = await engine.query(`select count(*) as changed from (
    select f.* from ${fresh} f semi join ${model.table} t on ${isKnown}
    except select * from ${model.table}) as changed`)
  const isStable = Number(found?.changed) === 0
  if (isStable)
    await engine.insertInto(
      model.table,
      `select f.* from ${fresh} f anti join ${model.table} t on ${isKnown}`,
    )
  await engine.dropScratchTables([fresh])
  if (!isStable) await makeWhole()
}

/** The model sees the changed rows of its inputs alone. */
function createFresh(increment: Increment, model: Model): Promise<void> {
  const ofChanged = (input: Contract) => {
    if (changeOf(increment, input.table) !== 'rows') return undefined
    const [key] = keysOf(input)
    return `${key} in (select ${key} from ${changedKeys(input.table)})`
  }
  return inSlice(increment, model, ofChanged, () =>
    increment.engine.createScratchTable(freshOf(model.table), model.select),
  )
}
