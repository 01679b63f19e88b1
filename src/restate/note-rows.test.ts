import { expect, test } from '@jest/globals'
import type { Engine, Row } from '../engines/engine.js'
import { contracts, givenTable, withEngine } from '../testing/engine.js'
import { beginNotes, hasAllNoted, noteRows, noteWhole } from './note-rows.js'
import { findNoted, restatedTable } from './restated-rows.js'

const contract = contracts.get('funnel_members')!
const noted = new Map([[contract.table, contract]])

const member = (unit: string, customer: string): Row => ({
  funnel_id: 'stages',
  unit_id: unit,
  step_no: 1,
  customer_id: customer,
})

/** Takes the table through what it holds after each batch, as an increment notes it. */
async function through(engine: Engine, steps: readonly Row[][]): Promise<unknown> {
  const { table } = contract
  await givenTable(engine, table, steps[0]!)
  await beginNotes(engine, noted)
  await givenTable(engine, restatedTable, [])
  for (const rows of steps.slice(1)) {
    await engine.createScratchTable('before', `select * from ${table}`)
    await givenTable(engine, table, rows)
    await engine.createScratchTable('gone', `select * from before except select * from ${table}`)
    await engine.createScratchTable('come', `select * from ${table} except select * from before`)
    await noteRows(engine, contract, { gone: 'gone', come: 'come' })
  }
  await findNoted(engine, contract)
  return (
    await engine.query(
      `select row_key, change, customer_id, next_customer_id from ${restatedTable} order by row_key`,
    )
  ).map((row) => Object.values(row))
}

test('a row that changes in several batches is restated once, by what the last release said of it', () =>
  withEngine({}, async (engine) => {
    const steps = [[member('a', 'ann')], [member('a', 'bob')], [], [member('a', 'cem')]]
    expect(await through(engine, steps)).toEqual([['stages|a|1', 'changed', 'ann', 'cem']])
  }))

test('a row that is what it was is not restated, and neither is one that is new, whatever has become of it', () =>
  withEngine({}, async (engine) => {
    const steps = [
      [member('a', 'ann')],
      [member('b', 'bob'), member('c', 'cem')],
      [member('a', 'ann'), member('b', 'dan')],
    ]
    expect(await through(engine, steps)).toEqual([])
  }))

test('a double that differs in its last digits is the same, as where files are compared', () =>
  withEngine({}, async (engine) => {
    const of = (unit: string, seconds: number) => ({
      ...member(unit, 'ann'),
      seconds_from_previous: seconds,
    })
    const steps = [
      [of('a', 86400), of('b', 86400)],
      [of('a', 86399.999999), of('b', 86399)],
    ]
    expect(await through(engine, steps)).toEqual([['stages|b|1', 'changed', 'ann', 'ann']])
  }))

test('a row that is gone is withdrawn; its key cannot be taken for another one', () =>
  withEngine({}, async (engine) => {
    expect(await through(engine, [[member('a|1\\', 'ann')], []])).toEqual([
      ['stages|a\\|1\\\\|1', 'withdrawn', 'ann', null],
    ])
  }))

test('notes tell what is missing from them, until a release is published', () =>
  withEngine({}, async (engine) => {
    await through(engine, [[]])
    expect(await hasAllNoted(engine, contract)).toBe(true)
    await noteWhole(engine, contract)
    expect(await hasAllNoted(engine, contract)).toBe(false)
    await beginNotes(engine, noted)
    expect(await hasAllNoted(engine, contract)).toBe(true)
  }))
