-- One row per identifier set and identifier in it.
with lists as (
  select set_key, records, first_seen_at, last_seen_at,
    array_distinct(split_list(identifiers, chr(31))) as parts
  from identifier_sets
), parts as (
  select set_key, records, first_seen_at, last_seen_at, explode(parts) as identifier
  from lists
)
select
  set_key,
  identifier,
  records,
  first_seen_at,
  last_seen_at
from parts
where identifier like '_%=_%'
