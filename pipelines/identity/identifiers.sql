-- One row per distinct identifier, numbered in linking order, so that numbers never depend on the order of arrival.
with counted as (
  select
    identifier,
    count(*) as sets,
    sum(records) as records,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at
  from set_identifiers
  group by identifier
)
select
  v.id_type,
  v.id_value,
  c.identifier,
  cast(row_number() over (order by r.type_key nulls last, v.id_value nulls last
    rows between unbounded preceding and current row) - 1 as int) as identifier_key,
  r.type_key,
  r.kind,
  cast(c.sets as bigint) as sets,
  cast(c.records as bigint) as records,
  c.first_seen_at,
  c.last_seen_at,
  v.blocked_reason
from counted c
join identifier_values v on v.identifier = c.identifier
join identifier_rules r on r.id_type = v.id_type
