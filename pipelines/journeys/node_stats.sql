-- One row per node of paths: how often it is visited, entered first, left last, revisited, and what follows.
with in_units as (
  select scope, node, unit_id, min(customer_id) as customer_id, count(*) as visits,
    count_if(step_no = 1) as entries,
    count_if(next_node = 'path_end') as exits,
    count_if(next_node = 'path_end' and not is_converted) as drop_offs,
    max(case when goal_follows then 1 else 0 end) as goal_follows
  from path_steps
  group by scope, node, unit_id
), nodes as (
  select scope, node, sum(visits) as visits, count(*) as units, count(distinct customer_id) as customers,
    sum(entries) as entries, sum(exits) as exits, sum(drop_offs) as drop_offs,
    count_if(visits > 1) as repeated, sum(goal_follows) as converted_after
  from in_units
  group by scope, node
), dwells as (
  select scope, node,
    percentile_cont(0.5) within group (order by safe_ratio(dwell_us, 1000000) nulls last) as median_dwell_seconds,
    percentile_cont(0.95) within group (order by safe_ratio(dwell_us, 1000000) nulls last) as p95_dwell_seconds
  from path_steps
  where dwell_us is not null
  group by scope, node
), bases as (
  select scope, safe_ratio(count_if(is_converted), count(*)) as base_rate from path_units group by scope
)
select
  n.scope, n.node,
  cast(n.visits as bigint) as visits,
  cast(n.units as bigint) as units,
  cast(n.customers as bigint) as customers,
  cast(n.entries as bigint) as entries,
  cast(n.exits as bigint) as exits,
  safe_ratio(n.drop_offs, n.units) as drop_off_rate,
  safe_ratio(n.repeated, n.units) as loop_rate,
  d.median_dwell_seconds, d.p95_dwell_seconds,
  safe_ratio(n.converted_after, n.units) as conversion_rate_after,
  b.base_rate,
  safe_ratio(safe_ratio(n.converted_after, n.units), b.base_rate) as lift
from nodes n
left join dwells d on d.scope = n.scope and d.node = n.node
join bases b on b.scope = n.scope
