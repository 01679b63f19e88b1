-- One row per identifier set, source and attribute text.
select
  identifier_set_id,
  source,
  attributes,
  cast(count(*) as bigint) as records,
  max(coalesce(occurred_at, received_at)) as last_seen_at
from events
where identifiers is not null and attributes is not null
group by identifier_set_id, source, attributes
