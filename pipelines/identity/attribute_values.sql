-- One row per customer, attribute, value and source that says so; mailboxes and telephones are attributes too.
with lists as (
  select s.set_key, p.source, p.records, p.last_seen_at, split_list(p.attributes, chr(31)) as parts
  from profiles p
  join identifier_sets s on s.identifier_set_id = p.identifier_set_id
), parts as (
  select set_key, source, records, last_seen_at, explode(parts) as part
  from lists
), reached as (
  select v.set_key, v.component, v.is_accepted, i.id_type, i.id_value
  from link_verdicts v
  join identifiers i on i.identifier_key = v.identifier_key
  where i.id_type in ('email', 'phone') and i.blocked_reason is null
), said as (
  select c.component, p.source, p.records, p.last_seen_at,
    split_part(p.part, '=', 1) as attribute,
    substr(p.part, length(split_part(p.part, '=', 1)) + 2) as value,
    true as is_own
  from parts p
  join identity_components c on c.set_key = p.set_key
  union all
  select r.component, q.source, q.records, q.last_seen_at, r.id_type as attribute, r.id_value as value, r.is_accepted as is_own
  from reached r
  join identifier_sets s on s.set_key = r.set_key
  join set_sources q on q.identifier_set_id = s.identifier_set_id
)
select
  component,
  attribute,
  value,
  source,
  cast(sum(records) as bigint) as records,
  max(last_seen_at) as last_seen_at,
  max(case when is_own then 1 else 0 end) = 1 as is_own
from said
where attribute <> '' and value <> ''
group by component, attribute, value, source
