import { type Contract, columnsOf } from '../contract.js'
import type { Model } from '../models.js'
import { changedKeys, cutBy, type Increment, noteChanges } from './changes.js'
import { shifted } from './content-hash.js'
import { sliceCondition } from './touched.js'

/** Names of scratch tables: sessions share them. */
const scratchOf = (table: string) => ({
  touched: `touched_${table}`,
  fresh: `fresh_${table}`,
  stale: `stale_${table}`,
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
  const { touched, fresh, stale } = scratchOf(table)
  await engine.createScratchTable(
    touched,
    `select distinct ${column} from (${keys}) as keys where ${column} is not null`,
  )
  await engine.createScratchTable(
    stale,
    `select * from ${table} where ${column} in (select ${column} from ${touched})`,
  )
  if (await isMost(increment, stale, table)) {
    await engine.dropScratchTables([touched, stale])
    return makeWhole()
  }
  await createFresh(increment, model, column)
  if ((await noteChanges(increment, contract, { before: stale, after: fresh })) === 'rows') {
    const isChanged = `${column} in (select ${column} from ${changedKeys(table)})`
    await engine.execute(`delete from ${table} where ${isChanged}`)
    await engine.insertInto(table, `select * from ${fresh} where ${isChanged}`)
    await shiftHash(increment, contract)
  }
  await engine.dropScratchTables([touched, fresh, stale])
}

async function isMost({ engine }: Increment, part: string, whole: string): Promise<boolean> {
  const [rows] = await engine.query(
    `select (select count(*) from ${part}) as part, (select count(*) from ${whole}) as whole`,
  )
  return Number(rows?.part) > Number(rows?.whole) * largestShare
}

/** Of inputs that say whose their rows are, the model sees the rows of the touched keys alone. */
async function createFresh(
  { engine, contracts }: Increment,
  { table, select, reads }: Model,
  column: string,
): Promise<void> {
  const { touched, fresh } = scratchOf(table)
  try {
    for (const read of reads) {
      const condition = sliceCondition(contracts.get(read)!, column, touched)
      if (condition) await engine.defineSlice([read], condition)
    }
    await engine.createScratchTable(fresh, select)
  } finally {
    await engine.endSlice()
  }
}

async function shiftHash({ engine, hashes }: Increment, contract: Contract): Promise<void> {
  if (!contract.published) return
  const columns = columnsOf(contract)
  const { fresh, stale } = scratchOf(contract.table)
  const gone = await engine.contentHash(stale, columns)
  const come = await engine.contentHash(fresh, columns)
  hashes.set(contract.table, shifted(hashes.get(contract.table)!, { gone, come }))
}
