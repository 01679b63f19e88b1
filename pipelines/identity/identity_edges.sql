-- One row per identifier set and identifier in it: accepted as evidence that the set belongs to its customer, or refused.
with edges as (
  select
    l.set_key, l.identifier_key,
    case
      when l.refusal is not null then l.refusal
      when a.grounds is not null then null
      when g.reason is not null then g.reason
      when c.conflict = -1 then 'name_conflict'
      when c.conflict = -2 then 'birth_date_conflict'
      when c.conflict is not null and r.kind in ('device', 'group') then 'shared_' || r.kind
      when c.conflict is not null then 'unique_conflict'
    end as refusal,
    case a.grounds when 1 then 'name_agreement' when 2 then 'nothing_else_known' end as grounds,
    case when c.conflict >= 0 then c.conflict end as conflict_type_key
  from set_links l
  join identifier_rules r on r.type_key = l.type_key
  left join agreed_links a on a.set_key = l.set_key and a.identifier_key = l.identifier_key
  left join identifier_guards g on g.identifier_key = l.identifier_key
  left join identifier_conflicts c on c.identifier_key = l.identifier_key
)
select
  s.identifier_set_id,
  i.id_type,
  i.id_value,
  n.customer_id,
  case when e.refusal is null then 'accepted' else 'refused' end as status,
  coalesce(e.refusal, e.grounds) as reason,
  t.id_type as conflict_type,
  s.records,
  s.first_seen_at,
  s.last_seen_at,
  s.sources
from edges e
join identifier_sets s on s.set_key = e.set_key
join identifiers i on i.identifier_key = e.identifier_key
join identity_sets n on n.identifier_set_id = s.identifier_set_id
left join identifier_rules t on t.type_key = e.conflict_type_key
