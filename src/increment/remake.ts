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
  if (!isStale(increment, producer)) return
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
  const { engine, contracts, changes, hashes } = increment
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
    if (isNoted(contract) && changeOf(increment, table) !== 'none')
      await noteWhole(engine, contract)
    if (contract.published && changeOf(increment, table) !== 'none')
      hashes.set(table, await engine.contentHash(table, columnsOf(contract)))
  }
  await engine.dropScratchTables(compared.map((table) => `stale_${table}`))
}

const hasSlicedReader = ({ producers, contracts }: Increment, table: string): boolean =>
  producers.some(
    ({ makes, reads }) =>
      reads.includes(table) && makes.some((made) => isCut(contracts.get(made)?.slice)),
  )
