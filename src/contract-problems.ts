import { type Contract, hasColumn } from './contract.js'
import type { Problem } from './errors.js'
import { cutBy } from './increment/changes.js'
import { isPrevious, publishedAs } from './previous-tables.js'

type Contracts = ReadonlyMap<string, Contract>
type Fault = Omit<Problem, 'at'>

/** What contracts promise that no run could keep, each by its file. */
export const contractProblems = (contracts: Contracts): Problem[] =>
  [...contracts.values()].flatMap((contract) =>
    rules
      .flatMap((rule) => rule(contract, contracts))
      .map((fault) => ({ at: contract.file, ...fault })),
  )

const rules: readonly ((contract: Contract, contracts: Contracts) => Fault[])[] = [
  withoutKey,
  withoutSliceColumn,
  notByCustomer,
  notOfTable,
  ofNoRelease,
]

/** Rows are told apart by it where they are compared with the last release, or made again one by one. */
function withoutKey({ published, slice, isView, key }: Contract): Fault[] {
  const isCutUp = slice !== undefined && slice !== 'group' && !isView
  if (key.length > 0 || (!published && !isCutUp)) return []
  return [
    {
      expected: 'a key, for a table that is published or has a slice',
      found: 'no column with primaryKey: true',
      remedy: 'Mark the columns that no two rows share.',
    },
  ]
}

function withoutSliceColumn(contract: Contract): Fault[] {
  const column = cutBy(contract)
  if (column === undefined || hasColumn(contract, column)) return []
  return [
    {
      expected: `a column ${column}, since slice is ${contract.slice}`,
      found: 'none',
      remedy: 'Add the column, or leave out slice: the table is then made whole.',
    },
  ]
}

/** Slices of a published table lie end to end in its file. */
function notByCustomer({ published, slicedByCustomer, sort }: Contract): Fault[] {
  if (!published || !slicedByCustomer || sort[0] === 'customer_id') return []
  return [
    {
      expected: 'a sort that begins with customer_id, since slice is customer',
      found: sort.join(', '),
      remedy: 'Put customer_id first, or say at_once: true, which makes the table in one piece.',
    },
  ]
}

function notOfTable(contract: Contract): Fault[] {
  const named = {
    // The column of slices is looked for by a rule of its own.
    sort: contract.sort.filter((column) => column !== cutBy(contract)),
    recorded: contract.recorded,
    unsettled: contract.unsettled ? [contract.unsettled] : [],
  }
  return Object.entries(named).flatMap(([property, columns]) =>
    columns
      .filter((column) => !hasColumn(contract, column))
      .map((column) => ({
        expected: `columns of the table as ${property}`,
        found: column,
        remedy: 'Correct the name, or add the column.',
      })),
  )
}

/** A table of the last release is one that releases have, and says of a row what that one says. */
function ofNoRelease(contract: Contract, contracts: Contracts): Fault[] {
  if (!isPrevious(contract)) return []
  const released = contracts.get(publishedAs(contract))
  if (!released?.published)
    return [
      {
        expected: `a published table ${publishedAs(contract)}, which this one is of the last release`,
        found: released ? 'one that is not published' : 'none',
        remedy: 'Say published: true there, or remove this contract.',
      },
    ]
  const isThere = ({ name, physicalType }: Contract['columns'][number]) =>
    released.columns.some((column) => column.name === name && column.physicalType === physicalType)
  return contract.columns
    .filter((column) => !isThere(column))
    .map(({ name, physicalType }) => ({
      expected: `columns of ${released.table}, with their types`,
      found: `${name} ${physicalType}`,
      remedy: 'Take its columns, or some of them.',
    }))
}
