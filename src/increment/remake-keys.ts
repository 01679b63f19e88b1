import type { Contract } from '../contract.js'
import type { EmbeddedEngine } from '../engines/engine.js'
import type { Model } from '../models.js'
import { noteRows } from '../restate/note-rows.js'
import { isSameKey } from '../same-key.js'
import { cutBy, type Increment, noteDiffering } from './changes.js'
import { shifted } from './content-hash.js'
import { gatherViews } from './gather-views.js'
import { seesTouchedAlone } from './groups.js'
import { inSlice } from './in-slice.js'
import { mostRows, rowsAtHand } from './rows-at-hand.js'
import { sliceCondition } from './touched.js'

/** Names of scratch tables: sessions share them. */
const scratchOf = (table: string) => ({
  touched: `touched_${table}`,
  fresh: `fresh_${table}`,
  stale: `stale_${table}`,
  differing: `differing_${table}`,
})

/** Of differing rows: whether the row is a new one, or one that has gone. */
const isNew = 'is_new_row'

/**
 * From this share of its rows on, making a table whole costs less than making rows, comparing and replacing them: with
 * two thirds of all rows touched either takes as long, with a third the rows alone half of it.
 */
const largestShare = 0.6

/** And from this one on where they are more than a slice: a whole table is made slice by slice, rows all at once. */
const largestShareAtOnce = 0.25

export interface Remaking {
  /** SELECT of the keys. */
  keys: string
  recordsPerSlice: number
  makeWhole: () => Promise<void>
}

/** Makes the rows of some keys anew, and puts those that differ in the place of the old ones; or makes all, if most are. */
export async function remakeKeys(
  increment: Increment,
  model: Model,
  contract: Contract,
  { keys, recordsPerSlice, makeWhole }: Remaking,
): Promise<void> {
  const { engine } = increment
  const { table } = model
  const column = cutBy(contract)!
  const { touched, stale } = scratchOf(table)
  await engine.createScratchTable(
    touched,
    `select distinct ${column} from (${keys}) as keys where ${column} is not null`,
  )
  const staleRows = await engine.fillScratchTable(
    stale,
    `select * from ${table} where ${column} in (select ${column} from ${touched})`,
  )
  if (
    !seesTouchedAlone(increment, model) &&
    (await isMost(increment, contract, staleRows, recordsPerSlice))
  ) {
    await engine.dropScratchTables([touched, stale])
    return makeWhole()
  }
  const rows = await createFresh(increment, model, column)
  await replaceDiffering(increment, contract)
  const { fresh, differing } = scratchOf(table)
  await engine.dropScratchTables([stale, differing])
  if (column === 'customer_id' && rows <= mostRows)
    increment.atHand.set(table, { customers: touched, rows: fresh })
  else await engine.dropScratchTables([touched, fresh])
}

/** Puts the fresh rows in the place of the stale ones, those alone that differ: most of a customer's rows never change. */
async function replaceDiffering(increment: Increment, contract: Contract): Promise<void> {
  const { engine, changes } = increment
  const { table } = contract
  const { fresh, stale, differing } = scratchOf(table)
  const rows = await engine.fillScratchTable(
    differing,
    `select false as ${isNew}, ${rowsOnlyIn(engine, stale, fresh, contract)}
    union all
    select true as ${isNew}, ${rowsOnlyIn(engine, fresh, stale, contract)}`,
  )
  if (rows === 0) {
    changes.set(table, 'none')
    return
  }
  await noteDiffering(increment, contract, `select * from ${differing}`)
  const columns = contract.columns.map(({ name }) => name).join(', ')
  const [gone, come] = [`not ${isNew}`, isNew].map(
    (isPart) => `(select ${columns} from ${differing} where ${isPart})`,
  )
  await noteRows(engine, contract, { gone: gone!, come: come! })
  const isGone = isSameKey(contract, 'gone', table)
  // Not as `exists`, which the filter on differing rows would turn into a join of all keys of the table.
  await engine.execute(`delete from ${table} using ${gone} as gone where ${isGone}`)
  await engine.insertInto(table, `select * from ${come} as come`)
  await shiftHash(increment, contract)
}

/**
 * Rows of a keyed table's part that another part does not hold just so, as what follows `select`. Rows of the same key are
 * compared by 64-bit hashes of all their columns: to compare tens of columns one by one took most of a batch's time that
 * was not the models'. Of a changed row, one in 2^64 would be missed.
 */
function rowsOnlyIn(
  engine: EmbeddedEngine,
  part: string,
  other: string,
  contract: Contract,
): string {
  const { key, columns } = contract
  const hashOf = (rows: string) => engine.keyHash(columns.map(({ name }) => `${rows}.${name}`))
  return `p.* from ${part} p
    anti join (select ${key.map((column) => `r.${column}`).join(', ')}, ${hashOf('r')} as row_hash from ${other} r) o
      on ${isSameKey(contract, 'o', 'p')} and o.row_hash = ${hashOf('p')}`
}

async function isMost(
  { engine }: Increment,
  { table, slicedByCustomer }: Contract,
  rows: number,
  recordsPerSlice: number,
): Promise<boolean> {
  const [all] = await engine.query(`select count(*) as row_count from ${table}`)
  const share = slicedByCustomer && rows > recordsPerSlice ? largestShareAtOnce : largestShare
  return rows > Number(all?.row_count) * share
}

/**
 * Of inputs that say whose their rows are, the model sees the rows of the touched keys alone; what the last release has
 * left, and tables of groups, it sees whole, and of what it makes then the other keys' rows are left out. Returns how many
 * rows it has made.
 */
async function createFresh(increment: Increment, model: Model, column: string): Promise<number> {
  const { touched, fresh } = scratchOf(model.table)
  const ofTouched = (input: Contract) =>
    input.kind === 'run' || input.slice === 'group'
      ? undefined
      : sliceCondition(input, column, touched)
  const isOfCustomers = column === 'customer_id'
  if (isOfCustomers) await gatherViews(increment, model, touched, ofTouched)
  const instead = isOfCustomers ? await rowsAtHand(increment, model, touched, ofTouched) : {}
  const create = () =>
    increment.engine.fillScratchTable(
      fresh,
      `select made.* from (${model.select}\n) as made where ${column} in (select ${column} from ${touched})`,
    )
  return inSlice(increment, model, ofTouched, create, instead)
}

async function shiftHash({ engine, hashes }: Increment, contract: Contract): Promise<void> {
  const { table, published, columns } = contract
  if (!published) return
  const sums = await engine.query(
    `select ${isNew} as is_new, cast(count(*) as string) as row_count,
      cast(sum(${engine.rowDigest(columns.map(({ name }) => name))}) as string) as digests
    from ${scratchOf(table).differing} group by ${isNew}`,
  )
  const [gone, come] = [false, true].map((isNewRow) => {
    const sum = sums.find(({ is_new }) => is_new === isNewRow)
    return { rows: String(sum?.row_count ?? 0), digests: String(sum?.digests ?? 0) }
  })
  hashes.set(table, shifted(hashes.get(table)!, { gone: gone!, come: come! }))
}
