-- One row per identifier set, attribute, value and source that says so; mailboxes and telephones are attributes too.
with parts as (
  select identifier_set_id, source, records, last_seen_at, explode(split_list(attributes, chr(31))) as part
  from profiles
), said as (
  select identifier_set_id, source, records, last_seen_at,
    split_part(part, '=', 1) as attribute,
    substr(part, length(split_part(part, '=', 1)) + 2) as value,
    true as is_own
  from parts
  union all
  select e.identifier_set_id, s.source, s.records, s.last_seen_at,
    e.id_type as attribute, e.id_value as value, e.status = 'accepted' as is_own
  from identity_edges e
  join set_sources s on s.identifier_set_id = e.identifier_set_id
  where e.id_type in ('email', 'phone') and coalesce(e.reason, '') <> 'blocked'
)
select
  identifier_set_id,
  attribute,
  value,
  source,
  cast(sum(records) as bigint) as records,
  max(last_seen_at) as last_seen_at,
  max(case when is_own then 1 else 0 end) = 1 as is_own
from said
where attribute <> '' and value <> ''
group by identifier_set_id, attribute, value, source
