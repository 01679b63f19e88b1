import { expect, test } from '@jest/globals'
import { inLineageOrder } from './models.js'

test('each producer follows what it reads', () => {
  const order = inLineageOrder([
    { table: 'c', reads: ['b', 'input'] },
    { table: 'a', reads: ['input'] },
    { table: 'b', reads: ['a'] },
  ])
  expect(order.map(({ table }) => table)).toEqual(['a', 'b', 'c'])
})

test('a cycle is refused with the names of its members', () => {
  const cycle = [
    { table: 'a', reads: ['b'] },
    { table: 'b', reads: ['a'] },
  ]
  expect(() => inLineageOrder(cycle)).toThrow(/a cycle among a, b/)
})
