-- One row per customer, session or journey whose path is followed, with the path as text. A long path keeps its end.
with codes as (
  select node, row_number() over (order by node nulls last) as code
  from (select distinct node from path_steps) nodes
), coded as (
  select p.scope, p.unit_id, min(p.customer_id) as customer_id, max(p.steps) as steps, count(distinct c.code) as nodes,
    min(p.entered_us) as started_us, max(p.left_us) as ended_us,
    max(case when p.is_converted then 1 else 0 end) = 1 as is_converted,
    -- Step and code in one number: sorted numbers instead of sorted texts.
    array_join(array_sort(collect_list(case when journeys_path_max_steps() = 0 or p.step_no > p.steps - journeys_path_max_steps()
      then p.step_no * 1000000000 + c.code end)), ',') as signature
  from path_steps p
  join codes c on c.node = p.node
  group by p.scope, p.unit_id
), signatures as (
  select signature from coded group by signature
), elements as (
  select s.signature, cast(element.value as bigint) as value
  from (select signature, split_list(signature, ',') as parts from signatures) s, lateral (select explode(s.parts) as value) element
), texts as (
  -- An expression, so that Spark fetches the texts anew for the join: it splits or broadcasts what a common path makes uneven.
  select e.signature || '' as signature,
    case when min(e.value) >= 2000000000 then '… > ' else '' end
      || regexp_replace(array_join(array_sort(collect_list(
        lpad(cast(e.value as string), 18, '0') || chr(31) || c.node)), ' > '), '[0-9]{18}' || chr(31), '') as path
  from elements e
  join codes c on c.code = e.value % 1000000000
  group by e.signature
)
select
  c.scope, c.unit_id, c.customer_id,
  id_of(t.path) as path_id,
  t.path,
  cast(c.steps as bigint) as steps,
  cast(c.nodes as bigint) as nodes,
  c.started_us, c.ended_us, c.is_converted
from coded c
join texts t on t.signature = c.signature
