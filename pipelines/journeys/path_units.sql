-- One row per customer, session or journey whose path is followed, with the path as text. A long path keeps its end.
with units as (
  select scope, unit_id, max(step_no) as steps
  from path_steps
  group by scope, unit_id
), labels as (
  select p.scope, p.unit_id, p.customer_id, p.step_no, p.node, p.entered_us, p.left_us, p.is_converted, p.next_node, p.repeats, u.steps,
    journeys_path_max_steps() = 0 or p.step_no > u.steps - journeys_path_max_steps() as is_kept
  from path_steps p
  join units u on u.scope = p.scope and u.unit_id = p.unit_id
), nodes as (
  select scope, unit_id, count(*) as nodes
  from (select scope, unit_id, node from path_steps group by scope, unit_id, node) seen
  group by scope, unit_id
), texts as (
  select scope, unit_id, min(customer_id) as customer_id, max(steps) as steps,
    case when journeys_path_max_steps() > 0 and max(steps) > journeys_path_max_steps() then '… > ' else '' end
      || regexp_replace(array_join(array_sort(collect_list(case when is_kept
        then lpad(cast(step_no as string), 9, '0') || chr(31) || node end)), ' > '), '[0-9]{9}' || chr(31), '') as path,
    min(entered_us) as started_us, max(left_us) as ended_us,
    max(case when is_converted then 1 else 0 end) = 1 as is_converted
  from labels
  group by scope, unit_id
)
select
  t.scope, t.unit_id, t.customer_id,
  id_of(t.path) as path_id,
  t.path,
  cast(t.steps as bigint) as steps,
  cast(n.nodes as bigint) as nodes,
  t.started_us, t.ended_us, t.is_converted
from texts t
join nodes n on n.scope = t.scope and n.unit_id = t.unit_id
