import { type LinkingRules, nameType } from '../rules.js'
import type { TableEngine } from './connect.js'
import type { LayerTables } from './doubtful.js'
import { solve } from './solve.js'

export interface LinkingOptions extends LinkingRules {
  /** About so many rows of customers in doubt come into this process at a time. */
  rowsAtATime: number
}

export interface DoubtfulTables extends LayerTables {
  claims: string
  /** heir_key, claim_type: customers in doubt, and of what they might hold too much. */
  doubts: string
}

/** Tables of groups with their heirs, of identifiers in conflict, and of groups that links hold in spite of it. */
export interface SolvedTables {
  moves: string[]
  conflicts: string[]
  agreed: string[]
  rowsInDoubt: number
}

/**
 * Decides customers in doubt in this process, some whole ones at a time: numbers alone, nothing personal. Memory is bounded by
 * `rowsAtATime`, or by the largest of them.
 */
export async function solveDoubtful(
  engine: TableEngine,
  name: string,
  tables: DoubtfulTables,
  options: LinkingOptions,
): Promise<SolvedTables> {
  const made: SolvedTables = { moves: [], conflicts: [], agreed: [], rowsInDoubt: 0 }
  for (const [no, part] of (await partsOf(engine, tables, options.rowsAtATime)).entries()) {
    const links = await engine.readIntegers(linksSelect(tables, part, options.rules.length))
    const traits = await engine.readIntegers(traitsSelect(tables, part, options.rules.length))
    const solved = solve({ links, traits }, options)
    const { groups, heirs, conflicts, agreed } = solved
    made.rowsInDoubt += links[0]!.length + traits[0]!.length
    const write = async (kind: 'moves' | 'conflicts' | 'agreed', columns: Columns) => {
      const table = `${name}_${kind}_of_${no}`
      await engine.writeIntegers(table, columns)
      made[kind].push(table)
    }
    await write('moves', { group_key: groups, heir_key: heirs })
    if (conflicts.length > 0)
      await write('conflicts', {
        identifier_key: Int32Array.from(conflicts, ({ identifier }) => identifier),
        conflict: Int32Array.from(conflicts, ({ conflict }) => conflict),
      })
    if (agreed.length > 0)
      await write('agreed', {
        group_key: Int32Array.from(agreed, ({ group }) => group),
        identifier_key: Int32Array.from(agreed, ({ identifier }) => identifier),
      })
  }
  return made
}

type Columns = Record<string, Int32Array>

/** Conditions on a `heir_key` that cut customers in doubt into parts; none when nobody is. */
async function partsOf(
  engine: TableEngine,
  { links, connected, claims, doubts }: DoubtfulTables,
  rowsAtATime: number,
): Promise<string[]> {
  // Neighbouring keys together, so that no task of a cluster has to put all customers in doubt into order.
  const bucketOf = (key: string): string => `integer_division(${key}, ${rowsAtATime})`
  const rows = await engine.query(`
    with told as (
      select c.heir_key from ${links} l join ${connected} c on c.group_key = l.group_key
      union all
      select heir_key from ${claims}
    ), sizes as (
      select t.heir_key, count(*) as told
      from told t
      join (select distinct heir_key from ${doubts}) d on d.heir_key = t.heir_key
      group by t.heir_key
    ), buckets as (
      select bucket, sum(told) over (order by bucket nulls last rows between unbounded preceding and 1 preceding) as told_before
      from (
        select ${bucketOf('heir_key')} as bucket, sum(told) as told from sizes group by ${bucketOf('heir_key')}
      ) counted
    ), places as (
      select s.heir_key, s.told, coalesce(b.told_before, 0) + sum(s.told) over (partition by b.bucket order by s.heir_key nulls last
        rows between unbounded preceding and current row) as told_until
      from sizes s
      join buckets b on b.bucket = ${bucketOf('s.heir_key')}
    ), numbered as (
      select heir_key, integer_division(told_until - told, ${rowsAtATime}) as part_no from places
    )
    select min(heir_key) as first_key from numbered group by part_no order by first_key nulls last`)
  const starts = rows.map(({ first_key }) => Number(first_key))
  return starts.map((start, index) => {
    const next = starts[index + 1]
    return `heir_key >= ${start}${next === undefined ? '' : ` and heir_key < ${next}`}`
  })
}

/** Claims of what there is enough room for are left out: they refuse nothing. */
const linksSelect = (
  { links, connected, claims, doubts }: DoubtfulTables,
  part: string,
  types: number,
): string => `
  with doubtful as (
    select distinct heir_key from ${doubts} where ${part}
  ), told as (
    select l.group_key, l.identifier_key, l.type_key, 1 as can_join
    from ${links} l
    join ${connected} c on c.group_key = l.group_key
    join doubtful d on d.heir_key = c.heir_key
    union all
    select c.group_key, c.code as identifier_key, c.claim_type as type_key, 0 as can_join
    from ${claims} c
    join ${doubts} d on d.heir_key = c.heir_key and d.claim_type = c.claim_type
    join doubtful p on p.heir_key = c.heir_key
    where c.claim_type < ${nameType(types)}
  )
  select group_key, identifier_key, type_key, max(can_join) as can_join
  from told
  group by group_key, identifier_key, type_key`

/** All of them: a shared initial refuses nothing, yet equal names may let a refused link hold. */
const traitsSelect = ({ claims, doubts }: DoubtfulTables, part: string, types: number): string => `
  with doubtful as (
    select distinct heir_key from ${doubts} where ${part}
  )
  select c.group_key, c.code, c.initial_key, c.is_full_name
  from ${claims} c
  join doubtful d on d.heir_key = c.heir_key
  where c.claim_type >= ${nameType(types)}`
