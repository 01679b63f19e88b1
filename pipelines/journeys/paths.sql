-- One row per distinct path of customers, sessions or journeys, the most frequent first.
with counted as (
  select scope, path_id, min(path) as path, min(steps) as steps,
    count(*) as units, count(distinct customer_id) as customers, count_if(is_converted) as converted,
    percentile_cont(0.5) within group (order by safe_ratio(ended_us - started_us, 1000000) nulls last) as median_throughput_seconds
  from path_units
  group by scope, path_id
), buckets as (
  -- the digits of ids are even, so no task of a cluster has to rank all paths of a scope
  select scope, units, bucket, sum(paths) over (partition by scope order by units desc nulls last, bucket nulls last
    rows between unbounded preceding and 1 preceding) as paths_before
  from (
    select scope, units, substr(path_id, 1, 2) as bucket, count(*) as paths
    from counted
    group by scope, units, substr(path_id, 1, 2)
  ) counted_paths
)
select
  c.scope, c.path_id, c.path, c.steps,
  cast(c.units as bigint) as units,
  cast(c.customers as bigint) as customers,
  cast(c.converted as bigint) as converted,
  safe_ratio(c.converted, c.units) as conversion_rate,
  c.median_throughput_seconds,
  cast(coalesce(b.paths_before, 0) + row_number() over (partition by b.scope, b.units, b.bucket order by c.path_id nulls last) as bigint) as path_rank
from counted c
join buckets b on b.scope = c.scope and b.units = c.units and b.bucket = substr(c.path_id, 1, 2)
