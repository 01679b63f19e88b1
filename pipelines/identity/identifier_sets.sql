-- One row per distinct set of identifiers that records carry together, numbered in the order of its id.
with sets as (
  select
    identifier_set_id,
    min(identifiers) as identifiers,
    sum(records) as records,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at,
    min(first_record) as first_record,
    array_join(array_sort(collect_list(source)), ',') as sources
  from set_sources
  group by identifier_set_id
)
select
  identifier_set_id,
  cast(row_number() over (order by identifier_set_id nulls last
    rows between unbounded preceding and current row) - 1 as int) as set_key,
  identifiers,
  cast(records as bigint) as records,
  first_seen_at,
  last_seen_at,
  first_record,
  sources
from sets
