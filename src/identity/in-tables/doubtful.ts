import { birthDateType, nameType } from '../rules.js'
import type { Layer } from './layers.js'

/** Tables of one layer. */
export interface LayerTables {
  /** set_key, group_key: the groups that the layers before have made. */
  groups: string
  /** group_key, identifier_key, type_key: links of the layer that can join groups. */
  links: string
  /** group_key, heir_key: groups that are one customer if nothing keeps them apart. */
  connected: string
}

/** What each group that could be joined claims of what the layer has limits for: (heir_key, group_key, claim_type, code). */
export function claimsSelect(
  layer: Layer,
  types: number,
  { groups, connected }: LayerTables,
): string {
  const limited = [...layer.limits.keys()].filter((type) => type < types)
  const parts = [
    ...(limited.length > 0 ? [identifiersClaimed(limited)] : []),
    ...(layer.namesMatter || layer.limits.has(birthDateType(types)) ? [traitsClaimed(types)] : []),
  ]
  return `
    with members as (
      select g.set_key, c.group_key, c.heir_key
      from ${groups} g
      join ${connected} c on c.group_key = g.group_key
    )
    ${parts.join('\n    union\n')}`
}

const identifiersClaimed = (types: readonly number[]): string => `
    select m.heir_key, m.group_key, u.type_key as claim_type, u.identifier_key as code, -1 as initial_key, 0 as is_full_name
    from linking_usable u
    join members m on m.set_key = u.set_key
    where u.type_key in (${types.join(', ')})`

const traitsClaimed = (types: number): string => `
    select m.heir_key, m.group_key, case when t.initial_key < 0 then ${birthDateType(types)} else ${nameType(types)} end as claim_type,
      t.trait_key as code, t.initial_key, case when t.trait = 'name' then 1 else 0 end as is_full_name
    from set_traits t
    join members m on m.set_key = t.set_key`

/**
 * Customers whom the layer might not be free to make, and of what they might hold too much: (heir_key, claim_type). All
 * others it makes whatever the order, for no link of theirs can be refused: a limit is broken by groups that hold too
 * many values together, two of them at least holding any (conflicts.ts). Joining adds no values to those of the whole
 * customer, and makes the holders fewer, never more; and names that all share an initial share it however they are joined.
 */
export function doubtsSelect(layer: Layer, types: number, claims: string): string {
  const tooMany = [...layer.limits]
    .map(([type, most]) => `claim_type = ${type} and codes > ${most}`)
    .join(' or ')
  return `
    with held as (
      select heir_key, claim_type, count(distinct code) as codes, count(distinct group_key) as holders
      from ${claims}
      group by heir_key, claim_type
    ), bearing as (
      select heir_key, initial_key, count(distinct group_key) as bearers
      from ${claims}
      where claim_type = ${nameType(types)}
      group by heir_key, initial_key
    ), agreeing as (
      select heir_key, max(bearers) as bearers from bearing group by heir_key
    )
    select heir_key, claim_type
    from held
    where holders > 1 and (${tooMany || 'false'})
    union all
    select h.heir_key, h.claim_type
    from held h
    join agreeing a on a.heir_key = h.heir_key
    where ${layer.namesTellApart} and h.claim_type = ${nameType(types)} and h.holders > a.bearers`
}
