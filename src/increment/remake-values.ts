import type { Contract } from '../contract.js'
import type { Model } from '../models.js'
import { isSameKey } from '../same-key.js'
import { changedKeys, changeOf, type Increment, keysOf } from './changes.js'
import { inSlice } from './in-slice.js'
import { freshRowsOfViews } from './remake-view.js'

const freshOf = (table: string): string => `fresh_${table}`

/**
 * Adds the values that changed rows bring to a table of a row a value. What is cut by keys and reads it does not have to
 * follow: rows that carry a new value have changed themselves. Values that no row carries any more stay. Where a known
 * value has changed after all, an input anywhere or several inputs at once, or where the table is seen as a list, it is made
 * whole.
 */
export async function remakeValues(
  increment: Increment,
  model: Model,
  contract: Contract,
  makeWhole: () => Promise<void>,
): Promise<void> {
  const { engine, changes } = increment
  const changed = model.reads.map((table) => changeOf(increment, table))
  // The changed rows of one input alone do not meet those of another that have not changed.
  const areFew = !changed.includes('whole') && changed.filter((c) => c === 'rows').length < 2
  if (!areFew || increment.overdue.has(model.table) || isList(increment, contract))
    return makeWhole()
  await createFresh(increment, model)
  const fresh = freshOf(model.table)
  const isKnown = isSameKey(contract, 't', 'f')
  const [found] = await engine.query(`select count(*) as changed from (
    select f.* from ${fresh} f semi join ${model.table} t on ${isKnown}
    except select t.* from ${model.table} t semi join ${fresh} f on ${isKnown}) as changed`)
  const isStable = Number(found?.changed) === 0
  if (isStable) {
    await engine.insertInto(
      model.table,
      `select f.* from ${fresh} f anti join ${model.table} t on ${isKnown}`,
    )
    changes.set(model.table, 'values')
  }
  await engine.dropScratchTables([fresh])
  if (!isStable) await makeWhole()
}

/** Whether a value that no row carries any more would be seen: in what is published, or made of values alone. */
function isList(increment: Increment, { table, published }: Contract): boolean {
  const { contracts, producers } = increment
  const areValues = (reads: readonly string[]) =>
    reads
      .map((read) => contracts.get(read)!)
      .every(({ kind, slice }) => kind === 'registry' || slice === 'value')
  const readers = producers.filter(({ reads }) => reads.includes(table) && areValues(reads))
  return (
    published ||
    readers
      .flatMap(({ makes }) => makes.map((made) => contracts.get(made)!))
      .some((made) => made.slice !== 'value' || isList(increment, made))
  )
}

/** The model sees the changed rows of its inputs alone. */
function createFresh(increment: Increment, model: Model): Promise<void> {
  const ofChanged = (input: Contract) => {
    if (changeOf(increment, input.table) !== 'rows') return undefined
    const [key] = keysOf(input)
    return `${key} in (select ${key} from ${changedKeys(input.table)})`
  }
  return inSlice(
    increment,
    model,
    ofChanged,
    () => increment.engine.createScratchTable(freshOf(model.table), model.select),
    freshRowsOfViews(increment),
  )
}
