-- One row per identifier set and identifier in it.
with parts as (
  select set_key, records, first_seen_at, last_seen_at,
    explode(array_distinct(split_list(identifiers, chr(31)))) as identifier
  from identifier_sets
)
select
  set_key,
  identifier,
  records,
  first_seen_at,
  last_seen_at
from parts
where identifier like '_%=_%'
