-- One row per directed pair of neighbouring nodes in paths, path_start and path_end included, so that the
-- probabilities out of a node sum to 1.
with moves as (
  select scope, unit_id, customer_id, node as from_node, next_node as to_node, is_converted,
    next_us - left_us as gap_us
  from path_steps
  union all
  select scope, unit_id, customer_id, 'path_start' as from_node, node as to_node, is_converted, null as gap_us
  from path_steps
  where step_no = 1
), in_units as (
  select scope, from_node, to_node, unit_id, min(customer_id) as customer_id, count(*) as moves,
    max(case when is_converted then 1 else 0 end) as converted
  from moves
  group by scope, from_node, to_node, unit_id
), pairs as (
  select scope, from_node, to_node, sum(moves) as moves, count(*) as units, count(distinct customer_id) as customers,
    sum(converted) as converted
  from in_units
  group by scope, from_node, to_node
), times as (
  -- Whole microseconds are summed, so that the mean does not depend on the order of the rows.
  select scope, from_node, to_node,
    percentile_cont(0.5) within group (order by safe_ratio(gap_us, 1000000) nulls last) as median_seconds,
    percentile_cont(0.95) within group (order by safe_ratio(gap_us, 1000000) nulls last) as p95_seconds,
    safe_ratio(safe_ratio(sum(gap_us), count(*)), 1000000) as mean_seconds
  from moves
  where gap_us is not null
  group by scope, from_node, to_node
), totals as (
  select scope, from_node, to_node, moves, units, customers, converted,
    sum(moves) over (partition by scope, from_node) as moves_out,
    sum(moves) over (partition by scope, to_node) as moves_in,
    sum(moves) over (partition by scope) as moves_all
  from pairs
)
select
  p.scope, p.from_node, p.to_node,
  cast(p.moves as bigint) as moves,
  cast(p.units as bigint) as units,
  cast(p.customers as bigint) as customers,
  safe_ratio(p.moves, p.moves_out) as p_out,
  safe_ratio(p.moves, p.moves_in) as p_in,
  safe_ratio(p.moves, p.moves_all) as share,
  t.median_seconds, t.p95_seconds, t.mean_seconds,
  safe_ratio(p.converted, p.units) as converted_share,
  safe_ratio(cast(p.moves as double) * p.moves_all, cast(p.moves_out as double) * p.moves_in) as lift
from totals p
left join times t on t.scope = p.scope and t.from_node = p.from_node and t.to_node = p.to_node
