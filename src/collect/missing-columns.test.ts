import { expect, test } from '@jest/globals'
import { missingColumns } from './missing-columns.js'

const fields = ['customer', 'time', 'revenue']
const csv = (...names: string[]) => ({ names, keys: names, fields, isCertain: false })
const source = {
  preset: 'event_log',
  columns: { customer: 'Kundennr', time: 'Zeit', revenue: 'Betrg' },
}

/** Of a header in which customer and time are found under the config's names. */
const till = (...others: string[]) => ({
  ...csv('Kundennr', 'Zeit', ...others),
  keys: ['customer', 'time', ...others],
})

test('names the column and the header', () => {
  expect(missingColumns(till('Betrag'), source)).toBe(
    'columns.revenue names Betrg; the header has Kundennr, Zeit, Betrag',
  )
})

test('nothing is missing where every name is found, or where there is no header', () => {
  expect(missingColumns({ ...till(), keys: fields }, source)).toBeUndefined()
  expect(missingColumns(csv(), source)).toBeUndefined()
})

test('long names are cut, many are left out, line ends are spaces', () => {
  const many = Array.from({ length: 30 }, (_, index) => `column ${index}`)
  const told = missingColumns(till('ä'.repeat(50), 'two\nlines', ' ', ...many), source)!
  expect(told).toContain(`, ${'ä'.repeat(39)}…, two lines, column 0, `)
  expect(told.split('the header has ')[1]!.split(', ')).toHaveLength(21)
  expect(told).toMatch(/column 15, …$/)
})

test.each([
  ['without any known name', csv('Ada', 'Lovelace', 'purchase')],
  ['with a time', till('2024-03-01')],
  ['with an address', till('ada@example.com')],
])('a first record %s is not shown, since it may hold data', (_, record) => {
  const told = missingColumns(record, source)
  expect(told).toMatch(/; the first record, of 3 fields, does not look like a header$/)
  for (const value of ['Ada', '2024', 'ada@']) expect(told).not.toContain(value)
})

test('names of a format that knows its columns are always shown', () => {
  expect(missingColumns({ ...csv('2024', 'x@y'), isCertain: true }, source)).toMatch(
    /; the header has 2024, x@y$/,
  )
})
