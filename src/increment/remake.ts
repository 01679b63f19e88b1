import { type Contract, columnsOf } from '../contract.js'
import { customerSlices } from '../identity/customer-slices.js'
import type { Model } from '../models.js'
import { produceInSlices } from '../produce-in-slices.js'
import type { Producer } from '../producers.js'
import { isNoted, noteWhole } from '../restate/note-rows.js'
import { sqlError } from '../sql-error.js'
import { changeOf, type Increment, isCut, noteChanges } from './changes.js'
import { areTouchedAlone, remakeTouched, seesTouchedAlone } from './groups.js'
import { remakeKeys } from './remake-keys.js'
import { remakeValues } from './remake-values.js'
import { remakeView } from './remake-view.js'
import { isStale, touchedOf } from './touched.js'

/** Brings the tables of one producer up to date with its inputs, and notes what changed of them. */
export async function remake(
  increment: Increment,
  producer: Producer,
  recordsPerSlice: number,
): Promise<void> {
  if (!increment.anew.has(producer.table) && !isStale(increment, producer)) return
  if ('run' in producer) {
    const { engine, settings } = increment
    return whole(increment, producer.makes, () => producer.run(engine, { settings }))
  }
  try {
    await remakeModel(increment, producer, recordsPerSlice)
  } catch (cause) {
    throw sqlError(producer, cause)
  }
}

async function remakeModel(
  increment: Increment,
  model: Model,
  recordsPerSlice: number,
): Promise<void> {
  const contract = increment.contracts.get(model.table)!
  if (increment.anew.has(model.table)) return makeAnew(increment, model, contract, recordsPerSlice)
  if (contract.isView) return remakeView(increment, contract)
  if (contract.slice === 'group' && (await areTouchedAlone(increment)))
    return remakeTouched(increment, model)
  const makeWhole = () =>
    whole(increment, [model.table], () => createWhole(increment, model, contract, recordsPerSlice))
  if (contract.slice === 'value') return remakeValues(increment, model, contract, makeWhole)
  const touched = touchedOf(increment, model, contract)
  if (touched === 'anything') {
    if (seesTouchedAlone(increment, model))
      throw new Error(
        `${model.table} cannot be made whole of tables that hold the touched groups alone`,
      )
    return makeWhole()
  }
  if (touched !== 'nothing')
    await remakeKeys(increment, model, contract, {
      keys: touched.keys,
      recordsPerSlice,
      makeWhole,
    })
}

/** Makes a table whole, or takes a view for another one, without a comparison with what it was. */
async function makeAnew(
  increment: Increment,
  model: Model,
  contract: Contract,
  recordsPerSlice: number,
): Promise<void> {
  increment.changes.set(model.table, 'whole')
  if (contract.isView) return
  await createWhole(increment, model, contract, recordsPerSlice)
  await tellOfWhole(increment, contract)
}

async function createWhole(
  { engine, contracts }: Increment,
  model: Model,
  contract: Contract,
  recordsPerSlice: number,
): Promise<void> {
  const slices = contract.slicedByCustomer ? await customerSlices(engine, recordsPerSlice) : []
  if (slices.length > 1) await produceInSlices(engine, model, { contracts, slices })
  else await engine.createTable(model.table, model.select)
}

/** Makes tables anew; compares them with what they were where a later table is made slice by slice. */
async function whole(
  increment: Increment,
  tables: readonly string[],
  make: () => Promise<void>,
): Promise<void> {
  const { engine, contracts, changes } = increment
  const compared = tables.filter(
    (table) => contracts.get(table)!.slice !== 'group' && hasSlicedReader(increment, table),
  )
  for (const table of compared)
    await engine.createScratchTable(`stale_${table}`, `select * from ${table}`)
  await make()
  for (const table of tables) {
    const contract = contracts.get(table)!
    changes.set(table, 'whole')
    if (compared.includes(table))
      await noteChanges(increment, contract, { before: `stale_${table}`, after: table })
    if (changeOf(increment, table) !== 'none') await tellOfWhole(increment, contract)
  }
  await engine.dropScratchTables(compared.map((table) => `stale_${table}`))
}

/** Of a table that was made whole, a release has to be told that any row may differ, and what it holds now. */
async function tellOfWhole({ engine, hashes }: Increment, contract: Contract): Promise<void> {
  const { table } = contract
  if (isNoted(contract)) await noteWhole(engine, contract)
  if (contract.published) hashes.set(table, await engine.contentHash(table, columnsOf(contract)))
}

const hasSlicedReader = ({ producers, contracts }: Increment, table: string): boolean =>
  producers.some(
    ({ makes, reads }) =>
      reads.includes(table) && makes.some((made) => isCut(contracts.get(made)?.slice)),
  )
