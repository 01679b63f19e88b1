import { expect, test } from '@jest/globals'
import { withEngine } from '../../testing/engine.js'
import { createDisjointSets } from '../disjoint-sets.js'
import { connect } from './connect.js'

/** Links as (group, identifier), by the name of a shape that spreads badly or lies on one machine when spread naively. */
const shapes: Record<string, { links: (readonly [number, number])[]; mostRounds: number }> = {
  'a chain of 10,000': {
    links: numbers(10_000).flatMap((at) => [[at, at] as const, [at + 1, at] as const]),
    mostRounds: 15,
  },
  'a customer of 100,000 identifiers, each of one more': {
    links: numbers(100_000).flatMap((at) => [[0, at] as const, [at + 1, at] as const]),
    mostRounds: 3,
  },
  'an identifier of 100,000 customers': {
    links: numbers(100_000).map((at) => [at, 0]),
    mostRounds: 1,
  },
  'a grid of 100 by 100': {
    links: numbers(9900).flatMap((at) => [
      [at, 2 * at] as const,
      [at + 100, 2 * at] as const,
      [at, 2 * at + 1] as const,
      [at + 1, 2 * at + 1] as const,
    ]),
    mostRounds: 12,
  },
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at)
}

for (const [shape, { links, mostRounds }] of Object.entries(shapes))
  test(`${shape} is connected in ${mostRounds} rounds at most`, () =>
    withEngine({}, async (engine) => {
      await engine.writeIntegers('links', {
        group_key: Int32Array.from(links, ([group]) => group),
        identifier_key: Int32Array.from(links, ([, identifier]) => identifier),
      })
      const { table, rounds } = await connect(engine, 'links')
      const [groups, heirs] = await engine.readIntegers(
        `select group_key, heir_key from ${table} order by group_key`,
      )
      expect([...heirs!]).toEqual(smallest(links, groups!))
      expect(rounds).toBeLessThanOrEqual(mostRounds)
    }))

/** The smallest group that each is connected with, by union-find. */
function smallest(links: readonly (readonly [number, number])[], groups: Int32Array): number[] {
  const sets = createDisjointSets(groups.length)
  const firstOf = new Map<number, number>()
  for (const [group, identifier] of links) {
    const first = firstOf.get(identifier) ?? group
    firstOf.set(identifier, first)
    const [left, right] = [sets.find(first), sets.find(group)]
    if (left !== right) sets.join(left, right)
  }
  return Array.from(groups, sets.find)
}
