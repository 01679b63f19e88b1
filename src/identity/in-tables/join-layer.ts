import { connect, type TableEngine } from './connect.js'
import { claimsSelect, doubtsSelect, type LayerTables } from './doubtful.js'
import type { Layer } from './layers.js'
import { type LinkingOptions, solveDoubtful } from './solve-doubtful.js'

export interface JoinedLayer {
  /** Groups after the layer: set_key, group_key. */
  groups: string
  /** Rounds that connecting took; 0 where no link can join anything. */
  rounds: number
  /** Rows that came into this process, of customers in doubt. */
  rowsInDoubt: number
  /** Tables of identifiers in conflict, and of links that hold in spite of it. */
  conflicts: string[]
  agreed: string[]
}

/** Joins the groups that links of one layer join. */
export async function joinLayer(
  engine: TableEngine,
  layer: Layer,
  groups: string,
  options: LinkingOptions,
): Promise<JoinedLayer> {
  const name = `linking_${layer.no}`
  const links = `${name}_links`
  const unchanged = { groups, rounds: 0, rowsInDoubt: 0, conflicts: [], agreed: [] }
  await engine.createTable(links, joiningSelect(layer, groups))
  const [found] = await engine.query(`select count(*) as links from ${links}`)
  if (Number(found?.links) === 0) return unchanged
  const { table: connected, rounds } = await connect(engine, links)
  const tables = { groups, links, connected }
  const solved = await solvedOf(engine, layer, tables, options)
  const joined = `${name}_groups`
  await engine.createTable(joined, groupsSelect(tables, solved.moves))
  const agreed = solved.agreed.map((part, no) => ({ part, table: `${name}_agreed_${no}` }))
  for (const { part, table } of agreed) await engine.createTable(table, agreedSelect(part, groups))
  return { ...solved, groups: joined, rounds, agreed: agreed.map(({ table }) => table) }
}

/** Links of the layer's types between two groups or more. */
const joiningSelect = ({ firstType, lastType }: Layer, groups: string): string => `
  with touched as (
    select distinct g.group_key, u.identifier_key, u.type_key
    from linking_usable u
    join ${groups} g on g.set_key = u.set_key
    where u.type_key between ${firstType} and ${lastType}
  ), joining as (
    select identifier_key from touched group by identifier_key having count(*) > 1
  )
  select t.group_key, t.identifier_key, t.type_key
  from touched t
  join joining j on j.identifier_key = t.identifier_key`

async function solvedOf(
  engine: TableEngine,
  layer: Layer,
  tables: LayerTables,
  options: LinkingOptions,
) {
  const types = options.rules.length
  if (layer.limits.size === 0 && !layer.namesTellApart)
    return { moves: [], conflicts: [], agreed: [], rowsInDoubt: 0 }
  const name = `linking_${layer.no}`
  const all = { ...tables, claims: `${name}_claims`, doubts: `${name}_doubts` }
  await engine.createTable(all.claims, claimsSelect(layer, types, tables))
  await engine.createTable(all.doubts, doubtsSelect(layer, types, all.claims))
  return solveDoubtful(engine, name, all, options)
}

function groupsSelect({ groups, connected }: LayerTables, moves: readonly string[]): string {
  const moved = moves.map((table) => `select group_key, heir_key from ${table}`)
  const solved = moved.length > 0 ? moved.join(' union all ') : undefined
  return `
  select g.set_key, coalesce(${solved ? 's.heir_key, ' : ''}c.heir_key, g.group_key) as group_key
  from ${groups} g
  left join ${connected} c on c.group_key = g.group_key
  ${solved ? `left join (${solved}) s on s.group_key = g.group_key` : ''}`
}

/** An identifier that two customers share stands for those of its links whose groups bear the same name. */
const agreedSelect = (agreed: string, groups: string): string => `
  select u.set_key, u.identifier_key
  from ${agreed} a
  join ${groups} g on g.group_key = a.group_key
  join linking_usable u on u.set_key = g.set_key and u.identifier_key = a.identifier_key`
