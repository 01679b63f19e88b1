import path from 'node:path'
import { expect, test } from '@jest/globals'
import type { Row } from '../engines/engine.js'
import { contracts, givenTable, withEngine } from '../testing/engine.js'
import { addedTable, findInFiles, restatedTable } from './restated-rows.js'

const contract = contracts.get('funnel_members')!

const member = (unit: string, seconds: number | null, customer = 'ann'): Row => ({
  funnel_id: 'stages',
  unit_id: unit,
  step_no: 1,
  customer_id: customer,
  seconds_from_previous: seconds,
})

/** Units whose rows a release with files of `before` would find changed or withdrawn. */
const restatedUnits = (before: readonly Row[], now: readonly Row[]): Promise<unknown[]> =>
  withEngine({}, async (engine, folder) => {
    const file = path.join(folder, 'before.parquet')
    await givenTable(engine, contract.table, before)
    await engine.writeParquet(`select * from ${contract.table}`, file)
    for (const table of [restatedTable, addedTable]) await givenTable(engine, table, [])
    await givenTable(engine, contract.table, now)
    await findInFiles(engine, contract, [file])
    const rows = await engine.query(
      `select row_key, change from ${restatedTable} order by row_key nulls last`,
    )
    return rows.map(({ row_key, change }) => [String(row_key).split('|')[1], change])
  })

const third = 1 / 3

test('a double that differs in its last digits, as another order of adding up makes it, is the same', async () => {
  const before = [member('a', third), member('b', 0), member('c', null), member('d', 1e300)]
  const now = [member('a', third * (1 + 1e-12)), ...before.slice(1)]
  expect(now[0]).not.toEqual(before[0])
  expect(await restatedUnits(before, now)).toEqual([])
})

test('a double that differs by more is another one, and so is one beside another text', async () => {
  const before = ['a', 'b', 'c', 'd', 'e'].map((unit) => member(unit, third))
  const [infinite, nothing] = ['Infinity', 'NaN'] as unknown as number[]
  before.push(member('f', infinite!), member('g', 5), member('h', nothing!))
  const now = [
    member('a', third * (1 + 1e-8)),
    member('b', null),
    member('c', third * (1 + 1e-12), 'bob'),
    member('e', third * (1 + 1e-12)),
    member('f', 5),
    member('g', nothing!),
    member('h', nothing!),
  ]
  expect(await restatedUnits(before, now)).toEqual([
    ['a', 'changed'],
    ['b', 'changed'],
    ['c', 'changed'],
    ['d', 'withdrawn'],
    ['f', 'changed'],
    ['g', 'changed'],
  ])
})
