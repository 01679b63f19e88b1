import type { LinkingRules } from '../rules.js'
import { agreedLinksSelect, anonymousSelect, componentsSelect } from './anonymous.js'
import type { TableEngine } from './connect.js'
import { type JoinedLayer, joinLayer } from './join-layer.js'
import { layersOf } from './layers.js'

/** What linking has cost. */
export interface LinkingCost {
  /** Rounds that connecting took, by layer. */
  rounds: number[]
  /** Rows that came into this process, of customers in doubt. */
  rowsInDoubt: number
}

/**
 * Makes the tables of `linkSets` where the sets lie, so that none passes through this process but those of customers in
 * doubt. Identifiers are taken in layers, in their order. Within a layer, groups that its links connect are joined at
 * once where nothing can keep them apart (doubtful.ts), and else one identifier after the other (solve.ts). Customers that
 * no link connects do not know of each other, so each layer ends, and the next begins, with the groups of `linkSets`.
 */
export async function linkInTables(
  engine: TableEngine,
  rules: LinkingRules,
  rowsAtATime = 2_000_000,
): Promise<LinkingCost> {
  await engine.createTable('linking_usable', usableSelect)
  const layers: JoinedLayer[] = []
  let groups = '(select set_key, set_key as group_key from identifier_sets)'
  for (const layer of layersOf(rules)) {
    const joined = await joinLayer(engine, layer, groups, { ...rules, rowsAtATime })
    groups = joined.groups
    layers.push(joined)
  }
  const tables = (kind: 'conflicts' | 'agreed') => layers.flatMap((layer) => layer[kind])
  await gather(engine, 'identifier_conflicts', ['identifier_key', 'conflict'], tables('conflicts'))
  await gather(engine, 'linking_agreed', ['set_key', 'identifier_key'], tables('agreed'))
  await engine.createTable('linking_anonymous', anonymousSelect(groups))
  await engine.createTable('identity_components', componentsSelect(groups))
  await engine.createTable('agreed_links', agreedLinksSelect)
  return {
    rounds: layers.map(({ rounds }) => rounds),
    rowsInDoubt: layers.reduce((rows, layer) => rows + layer.rowsInDoubt, 0),
  }
}

/** Links that may join: neither refused nor guarded. */
const usableSelect = `
  select l.set_key, l.identifier_key, l.type_key
  from set_links l
  left join identifier_guards g on g.identifier_key = l.identifier_key
  where l.refusal is null and g.identifier_key is null`

/** Makes one table of several of the same columns, all of them numbers; an empty one of none. */
async function gather(
  engine: TableEngine,
  table: string,
  columns: readonly string[],
  parts: readonly string[],
): Promise<void> {
  if (parts.length === 0) {
    const empty = columns.map((name) => ({ name, type: 'int' }))
    return engine.createEmptyTable(table, empty)
  }
  const selects = parts.map((part) => `select ${columns.join(', ')} from ${part}`)
  await engine.createTable(table, selects.join(' union all '))
}
