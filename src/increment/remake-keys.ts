import { type Contract, columnsOf } from '../contract.js'
import type { Model } from '../models.js'
import { noteRows } from '../restate/note-rows.js'
import { cutBy, type Increment, noteDiffering } from './changes.js'
import { shifted } from './content-hash.js'
import { seesTouchedAlone } from './groups.js'
import { inSlice } from './in-slice.js'
import { sliceCondition } from './touched.js'

/** Names of scratch tables: sessions share them. */
const scratchOf = (table: string) => ({
  touched: `touched_${table}`,
  fresh: `fresh_${table}`,
  stale: `stale_${table}`,
  gone: `gone_${table}`,
  come: `come_${table}`,
})

/** From this share of its rows on, making a table whole costs less than making rows, comparing and replacing them. */
const largestShare = 0.25

/** Makes the rows of some keys anew, and puts those that differ in the place of the old ones; or makes all, if most are. */
export async function remakeKeys(
  increment: Increment,
  model: Model,
  contract: Contract,
  { keys, makeWhole }: { keys: string; makeWhole: () => Promise<void> },
): Promise<void> {
  const { engine } = increment
  const { table } = model
  const column = cutBy(contract)!
  const { touched, stale } = scratchOf(table)
  await engine.createScratchTable(
    touched,
    `select distinct ${column} from (${keys}) as keys where ${column} is not null`,
  )
  await engine.createScratchTable(
    stale,
    `select * from ${table} where ${column} in (select ${column} from ${touched})`,
  )
  if (!seesTouchedAlone(increment, model) && (await isMost(increment, stale, table))) {
    await engine.dropScratchTables([touched, stale])
    return makeWhole()
  }
  await createFresh(increment, model, column)
  await replaceDiffering(increment, contract)
  await engine.dropScratchTables(Object.values(scratchOf(table)))
}

/** Puts the fresh rows in the place of the stale ones, those alone that differ: most of a customer's rows never change. */
async function replaceDiffering(increment: Increment, contract: Contract): Promise<void> {
  const { engine } = increment
  const { table, key } = contract
  const { fresh, stale, gone, come } = scratchOf(table)
  await engine.createScratchTable(gone, rowsOnlyIn(stale, fresh, contract))
  await engine.createScratchTable(come, rowsOnlyIn(fresh, stale, contract))
  const differing = `select * from ${gone} union all select * from ${come}`
  if ((await noteDiffering(increment, contract, differing)) === 'none') return
  await noteRows(engine, contract, { gone, come })
  const isGone = key.map((column) => `${gone}.${column} = ${table}.${column}`).join(' and ')
  await engine.execute(`delete from ${table} where exists (select 1 from ${gone} where ${isGone})`)
  await engine.insertInto(table, `select * from ${come}`)
  await shiftHash(increment, contract)
}

/** Rows of a keyed table's part that another part does not hold just so. */
function rowsOnlyIn(part: string, other: string, { columns }: Contract): string {
  const isSame = columns.map(({ name }) => `o.${name} is not distinct from p.${name}`).join(' and ')
  return `select p.* from ${part} p anti join ${other} o on ${isSame}`
}

async function isMost({ engine }: Increment, part: string, whole: string): Promise<boolean> {
  const [rows] = await engine.query(
    `select (select count(*) from ${part}) as part, (select count(*) from ${whole}) as whole`,
  )
  return Number(rows?.part) > Number(rows?.whole) * largestShare
}

/**
 * Of inputs that say whose their rows are, the model sees the rows of the touched keys alone; what the last release has
 * left, and tables of groups, it sees whole, and of what it makes then the other keys' rows are left out.
 */
function createFresh(increment: Increment, model: Model, column: string): Promise<void> {
  const { touched, fresh } = scratchOf(model.table)
  const ofTouched = (input: Contract) =>
    input.kind === 'run' || input.slice === 'group'
      ? undefined
      : sliceCondition(input, column, touched)
  return inSlice(increment, model, ofTouched, () =>
    increment.engine.createScratchTable(
      fresh,
      `select made.* from (${model.select}\n) as made where ${column} in (select ${column} from ${touched})`,
    ),
  )
}

async function shiftHash({ engine, hashes }: Increment, contract: Contract): Promise<void> {
  if (!contract.published) return
  const columns = columnsOf(contract)
  const scratch = scratchOf(contract.table)
  const gone = await engine.contentHash(scratch.gone, columns)
  const come = await engine.contentHash(scratch.come, columns)
  hashes.set(contract.table, shifted(hashes.get(contract.table)!, { gone, come }))
}
