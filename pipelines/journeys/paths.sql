-- One row per distinct path of customers, sessions or journeys, the most frequent first.
with counted as (
  select scope, path_id, min(path) as path, min(steps) as steps,
    count(*) as units, count(distinct customer_id) as customers, count_if(is_converted) as converted,
    percentile_cont(0.5) within group (order by safe_ratio(ended_us - started_us, 1000000) nulls last) as median_throughput_seconds
  from path_units
  group by scope, path_id
)
select
  scope, path_id, path, steps,
  cast(units as bigint) as units,
  cast(customers as bigint) as customers,
  cast(converted as bigint) as converted,
  safe_ratio(converted, units) as conversion_rate,
  median_throughput_seconds,
  cast(row_number() over (partition by scope order by units desc nulls last, path_id nulls last) as bigint) as path_rank
from counted
