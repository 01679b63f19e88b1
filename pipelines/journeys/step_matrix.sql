-- One row per step and node of paths: how many stand there at that step. path_end counts those that ended before.
with totals as (
  select scope, count(*) as units from path_units group by scope
), standing as (
  select scope, step_no, node, count(*) as units, count_if(next_node = 'path_end') as ended
  from path_steps
  where step_no <= journeys_step_matrix_steps()
  group by scope, step_no, node
), numbers as (
  select scope, step_no, sum(units) as units from standing group by scope, step_no
), cells as (
  select scope, step_no, node, units, ended from standing
  union all
  select scope, 0 as step_no, 'path_start' as node, units, 0 as ended from totals
  union all
  select n.scope, n.step_no, 'path_end' as node, t.units - n.units as units, 0 as ended
  from numbers n
  join totals t on t.scope = n.scope
  where t.units > n.units
)
select
  c.scope,
  cast(c.step_no as bigint) as step_no,
  c.node,
  cast(c.units as bigint) as units,
  safe_ratio(c.units, t.units) as share,
  safe_ratio(c.ended, t.units) as ended_share
from cells c
join totals t on t.scope = c.scope
