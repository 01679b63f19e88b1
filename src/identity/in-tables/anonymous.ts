import { namesAgree, nothingElseKnown } from '../join-sets.js'

/**
 * Groups that touch shared identifiers and hold nothing lasting, with the smallest of these identifiers, which stands
 * for them. An identifier later in the order finds them taken, so that one look at all of them equals going through
 * the identifiers one by one.
 */
export const anonymousSelect = (groups: string): string => `
  with shared as (
    select identifier_key from identifier_guards
    union
    select identifier_key from identifier_conflicts
  ), touching as (
    select g.group_key, min(l.identifier_key) as scope_key
    from set_links l
    join ${groups} g on g.set_key = l.set_key
    join shared s on s.identifier_key = l.identifier_key
    where l.refusal is null
    group by g.group_key
  ), held as (
    select u.set_key, u.type_key
    from linking_usable u
    left join identifier_conflicts c on c.identifier_key = u.identifier_key
    where c.identifier_key is null
    union all
    select u.set_key, u.type_key
    from linking_usable u
    join linking_agreed a on a.set_key = u.set_key and a.identifier_key = u.identifier_key
  ), lasting as (
    select distinct t.group_key
    from held h
    join ${groups} g on g.set_key = h.set_key
    join touching t on t.group_key = g.group_key
    join identifier_rules r on r.type_key = h.type_key
    where r.kind <> 'moment'
  ), anonymous as (
    select t.group_key, t.scope_key
    from touching t
    left join lasting l on l.group_key = t.group_key
    where l.group_key is null
  ), heirs as (
    select scope_key, min(group_key) as heir_key from anonymous group by scope_key
  )
  select a.group_key, h.heir_key, a.scope_key
  from anonymous a
  join heirs h on h.scope_key = a.scope_key`

export const componentsSelect = (groups: string): string => `
  select g.set_key, coalesce(a.heir_key, g.group_key) as component, coalesce(a.scope_key, -1) as scope_key
  from ${groups} g
  left join linking_anonymous a on a.group_key = g.group_key`

export const agreedLinksSelect: string = `
  select set_key, identifier_key, ${namesAgree} as grounds
  from linking_agreed
  union all
  select l.set_key, l.identifier_key, ${nothingElseKnown} as grounds
  from set_links l
  join identity_components c on c.set_key = l.set_key and c.scope_key = l.identifier_key
  where l.refusal is null`
