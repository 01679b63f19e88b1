-- One row per identifier set and identifier in it: accepted as evidence that the set belongs to its customer, or refused.
select
  s.identifier_set_id,
  i.id_type,
  i.id_value,
  n.customer_id,
  case when v.is_accepted then 'accepted' else 'refused' end as status,
  v.reason,
  t.id_type as conflict_type,
  s.records,
  s.first_seen_at,
  s.last_seen_at,
  s.sources
from link_verdicts v
join identifier_sets s on s.set_key = v.set_key
join identifiers i on i.identifier_key = v.identifier_key
join component_customers n on n.component = v.component
left join identifier_rules t on t.type_key = v.conflict_type_key
