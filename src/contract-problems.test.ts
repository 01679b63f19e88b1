import path from 'node:path'
import { expect, test } from '@jest/globals'
import { readContracts } from './contract.js'
import { contractProblems } from './contract-problems.js'
import { contractOf, intColumn, keyColumn, textColumn } from './testing/contract-of.js'
import { withProject } from './testing/run-project.js'

type Custom = Readonly<Record<string, string | boolean>>
type Columns = Readonly<Record<string, object>>

/** Contracts of these tables, read from files. */
function contractsOf(tables: Readonly<Record<string, readonly [Custom, Columns]>>) {
  const files = Object.entries(tables).map(([table, [custom, columns]]) => [
    `schemas/${table}.yaml`,
    contractOf({ table, description: 'One row per visit.', custom, columns }),
  ])
  return withProject(Object.fromEntries(files), {}, async ({ folder }) =>
    readContracts([path.join(folder, 'schemas')]),
  )
}

const problemsOf = async (custom: Custom, columns: Columns) =>
  contractProblems(await contractsOf({ visits: [custom, columns] })).map(
    ({ expected, found }) => `${expected}: ${found}`,
  )

test.each<[string, Custom, Columns, string[]]>([
  [
    'published',
    { published: true },
    { visit: textColumn },
    ['a key, for a table that is published or has a slice: no column with primaryKey: true'],
  ],
  [
    'cut by what it lacks',
    { slice: 'customer' },
    { visit: keyColumn },
    ['a column customer_id, since slice is customer: none'],
  ],
  [
    'sorted otherwise than cut',
    { slice: 'customer', published: true, sort: 'visit, customer_id' },
    { customer_id: textColumn, visit: keyColumn },
    ['a sort that begins with customer_id, since slice is customer: visit, customer_id'],
  ],
  [
    'sorted by what it lacks',
    { sort: 'visit, day' },
    { visit: keyColumn },
    ['columns of the table as sort: day'],
  ],
  [
    'sound',
    { slice: 'customer', published: true },
    { customer_id: textColumn, visit: keyColumn },
    [],
  ],
  [
    'sound, in one piece',
    { slice: 'customer', at_once: true, published: true, sort: 'visit' },
    { customer_id: textColumn, visit: keyColumn },
    [],
  ],
])('a table that is %s', async (_, custom, columns, problems) => {
  expect(await problemsOf(custom, columns)).toEqual(problems)
})

test('a table of the last release is a published one, with its columns', async () => {
  const before = (columns: Columns): [Custom, Columns] => [{ kind: 'run' }, columns]
  const released: [Custom, Columns] = [{ published: true }, { visit: keyColumn, views: intColumn }]
  const contracts = await contractsOf({
    visits: released,
    previous_visits: before({ visit: keyColumn, views: textColumn }),
    previous_views: before({ visit: keyColumn }),
  })
  expect(contractProblems(contracts)).toMatchObject([
    {
      at: contracts.get('previous_views')!.file,
      expected: 'a published table views, which this one is of the last release',
      found: 'none',
    },
    { expected: 'columns of visits, with their types', found: 'views string' },
  ])
})

test('a property that no contract has is refused, with its name', async () => {
  await expect(contractsOf({ visits: [{ publish: true }, { visit: keyColumn }] })).rejects.toThrow(
    /Unrecognized key: "publish"/,
  )
  await expect(
    contractsOf({ visits: [{ slice: 'customers' }, { visit: keyColumn }] }),
  ).rejects.toThrow(/expected one of "customer"/)
})
