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
), sampled as (
  -- Numbers are given range by range of the values of a type, so that no task of a cluster has to number them all. They
  -- are the same wherever ranges begin, so some values tell where they are even.
  select id_type, id_value, ntile(32) over (partition by id_type order by id_value nulls last) as tile
  from (
    select distinct v.id_type, v.id_value
    from identifier_values v
    join (select identifier from set_identifiers where set_key % 512 = 0) s on s.identifier = v.identifier
  ) some_values
), ranges as (
  select id_type, low, lead(low) over (partition by id_type order by low nulls last) as next_low
  from (
    select id_type, '' as low from identifier_rules
    union
    select id_type, min(id_value) as low from sampled group by id_type, tile
  ) lows
), ranged as (
  -- Spark has to send the ranges to all tasks: few types leave most partitions of a join by type empty, and it takes that for a reason not to.
  select /*+ broadcast(g) */ v.id_type, v.id_value, v.blocked_reason, c.identifier, c.sets, c.records, c.first_seen_at, c.last_seen_at,
    r.type_key, r.kind, g.low
  from counted c
  join identifier_values v on v.identifier = c.identifier
  join identifier_rules r on r.id_type = v.id_type
  join ranges g on g.id_type = v.id_type and v.id_value >= g.low and (g.next_low is null or v.id_value < g.next_low)
), starts as (
  select type_key, low, sum(ids) over (order by type_key nulls last, low nulls last
    rows between unbounded preceding and 1 preceding) as ids_before
  from (select type_key, low, count(*) as ids from ranged group by type_key, low) counted_ranges
)
select
  v.id_type,
  v.id_value,
  v.identifier,
  cast(coalesce(s.ids_before, 0) + row_number() over (partition by s.type_key, s.low order by v.id_value nulls last
    rows between unbounded preceding and current row) - 1 as int) as identifier_key,
  v.type_key,
  v.kind,
  cast(v.sets as bigint) as sets,
  cast(v.records as bigint) as records,
  v.first_seen_at,
  v.last_seen_at,
  v.blocked_reason
from ranged v
join starts s on s.type_key = v.type_key and s.low = v.low
