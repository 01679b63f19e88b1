-- One row per identifier set and identifier in it.
with parts as (
  select
    identifier_set_id, set_key, records, first_seen_at, last_seen_at,
    explode(array_distinct(split_list(identifiers, chr(31)))) as part
  from identifier_sets
)
select
  identifier_set_id,
  split_part(part, '=', 1) as id_type,
  substr(part, length(split_part(part, '=', 1)) + 2) as id_value,
  set_key,
  records,
  first_seen_at,
  last_seen_at
from parts
where length(split_part(part, '=', 1)) between 1 and length(part) - 2
