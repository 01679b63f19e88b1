-- One row per distinct set of identifiers that records carry together, numbered in the order of its id.
with sets as (
  select
    identifier_set_id,
    min(identifiers) as identifiers,
    sum(records) as records,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at,
    min(first_record) as first_record,
    min(source) as first_source,
    max(source) as last_source
  from set_sources
  group by identifier_set_id
), source_lists as (
  -- few sets come from several sources
  select p.identifier_set_id, array_join(array_sort(collect_list(p.source)), ',') as sources
  from set_sources p
  join sets s on s.identifier_set_id = p.identifier_set_id and s.first_source <> s.last_source
  group by p.identifier_set_id
), buckets as (
  -- the digits of ids are even, so no task of a cluster has to number them all
  select bucket, sum(sets) over (order by bucket nulls last rows between unbounded preceding and 1 preceding) as sets_before
  from (
    select substr(identifier_set_id, 1, 2) as bucket, count(distinct identifier_set_id) as sets
    from set_sources
    group by substr(identifier_set_id, 1, 2)
  ) counted
)
select
  s.identifier_set_id,
  cast(coalesce(b.sets_before, 0) + row_number() over (partition by b.bucket order by s.identifier_set_id nulls last
    rows between unbounded preceding and current row) - 1 as int) as set_key,
  s.identifiers,
  cast(s.records as bigint) as records,
  s.first_seen_at,
  s.last_seen_at,
  s.first_record,
  coalesce(l.sources, s.first_source) as sources
from sets s
left join source_lists l on l.identifier_set_id = s.identifier_set_id
join buckets b on b.bucket = substr(s.identifier_set_id, 1, 2)
