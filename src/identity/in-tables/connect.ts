import type { Engine } from '../../engines/engine.js'

/** What an engine has to do for linking: tables, counts and a few rows of numbers. */
export type TableEngine = Pick<
  Engine,
  'createTable' | 'createEmptyTable' | 'query' | 'readIntegers' | 'writeIntegers'
>

/** A table of groups, each with the smallest group that it is connected with. */
export interface Connected {
  table: string
  rounds: number
}

/**
 * Finds which groups are connected by identifiers that they share (`links`: group_key, identifier_key), by contraction:
 * in each round every group gives way to the one of lowest rank among those that it shares an identifier with, or to
 * whom that one gives way; groups that share none any more are done. The highest rank always gives way, so that it ends;
 * and as ranks are others in every round, as if drawn at random, a round leaves a fixed share of the groups at most,
 * whatever the shape (Bögeholz, Brand and Todor, In-database connected component analysis, ICDE 2020). Rounds grow with
 * the logarithm of the largest component, and all of them together cost a small multiple of the first.
 */
export async function connect(engine: TableEngine, links: string): Promise<Connected> {
  const nearest: string[] = []
  for (let left = links, isDone = false; !isDone; ) {
    const round = nearest.length
    const heirs = `${links}_nearest_${round}`
    const contracted = `${links}_contracted_${round}`
    await engine.createTable(heirs, nearestSelect(left, round))
    await engine.createTable(contracted, contractedSelect(left, heirs))
    nearest.push(heirs)
    isDone = await isEmpty(engine, contracted)
    left = contracted
  }
  const table = `${links}_connected`
  await engine.createTable(table, smallestSelect(nearest))
  return { table, rounds: nearest.length }
}

/** For each group, to whom it gives way: to itself, where no rank near it is lower. */
const nearestSelect = (links: string, round: number): string => `
  with lowest as (
    select identifier_key, min_by(group_key, ${rank('group_key', round)}) as heir_key
    from ${links}
    group by identifier_key
  ), nearest as (
    select l.group_key, min_by(o.heir_key, ${rank('o.heir_key', round)}) as heir_key
    from ${links} l
    join lowest o on o.identifier_key = l.identifier_key
    group by l.group_key
  )
  select n.group_key, o.heir_key
  from nearest n
  join nearest o on o.group_key = n.heir_key`

const prime = 2_147_483_647n

/** Another permutation of the numbers below 2^31 - 1 in every round (Park and Miller's generator gives its factor). */
function rank(key: string, round: number): string {
  let factor = 1n
  for (let step = 0; step <= round; step++) factor = (factor * 48_271n) % prime
  return `(cast(${key} as bigint) + 1) * ${factor} % ${prime}`
}

/** Links between those that are left; an identifier of one group alone links no more. */
const contractedSelect = (links: string, nearest: string): string => `
  with moved as (
    select distinct n.heir_key as group_key, l.identifier_key
    from ${links} l
    join ${nearest} n on n.group_key = l.group_key
  ), linking as (
    select identifier_key from moved group by identifier_key having count(*) > 1
  )
  select m.group_key, m.identifier_key
  from moved m
  join linking k on k.identifier_key = m.identifier_key`

/** Follows each group from round to round, back from the last one, where few are left. */
function smallestSelect(nearest: readonly string[]): string {
  const last = nearest.reduceRight(
    (later, table) =>
      later === ''
        ? `select group_key, heir_key from ${table}`
        : `select n.group_key, coalesce(m.heir_key, n.heir_key) as heir_key
          from ${table} n left join (${later}) m on m.group_key = n.heir_key`,
    '',
  )
  return `
    with last as (${last}), smallest as (
      select heir_key, min(group_key) as smallest_key from last group by heir_key
    )
    select l.group_key, s.smallest_key as heir_key
    from last l
    join smallest s on s.heir_key = l.heir_key`
}

async function isEmpty(engine: TableEngine, table: string): Promise<boolean> {
  const [found] = await engine.query(`select count(*) as found from ${table}`)
  return Number(found?.found) === 0
}
