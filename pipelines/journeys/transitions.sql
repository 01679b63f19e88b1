-- One row per directed pair of neighbouring nodes in paths, path_start and path_end included, so that the
-- probabilities out of a node sum to 1.
with pairs as (
  select scope, from_node, to_node, sum(moves) as moves, sum(units) as units, count(*) as customers,
    sum(converted_units) as converted
  from customer_transitions
  group by scope, from_node, to_node
), times as (
  -- Whole microseconds are summed, so that the mean does not depend on the order of the rows.
  select scope, node as from_node, next_node as to_node,
    percentile_cont(0.5) within group (order by safe_ratio(next_us - left_us, 1000000) nulls last) as median_seconds,
    percentile_cont(0.95) within group (order by safe_ratio(next_us - left_us, 1000000) nulls last) as p95_seconds,
    safe_ratio(safe_ratio(sum(next_us - left_us), count(*)), 1000000) as mean_seconds
  from path_steps
  where next_us is not null
  group by scope, node, next_node
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
