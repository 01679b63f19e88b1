-- One row per step of the path of a customer, a session or a journey, equal neighbours merged when configured. The
-- time from a touchpoint to the next is dwell of its step within a session, and wait between sessions.
with touches as (
  select 'customer' as scope, customer_id as unit_id, customer_id, sequence_no, node, session_id, goal_id is not null as is_goal,
    position_us(occurred_at, time_precision) as position_us
  from touchpoints
  where sequence_no is not null and contains(journeys_path_scopes(), 'customer')
  union all
  select 'session' as scope, session_id as unit_id, customer_id, sequence_no, node, session_id, goal_id is not null as is_goal,
    position_us(occurred_at, time_precision) as position_us
  from touchpoints
  where session_id is not null and contains(journeys_path_scopes(), 'session')
  union all
  select 'journey' as scope, journey_id as unit_id, customer_id, sequence_no, node, session_id, goal_id is not null as is_goal,
    position_us(occurred_at, time_precision) as position_us
  from touchpoints
  where journey_id is not null
), neighbours as (
  select scope, unit_id, customer_id, sequence_no, node, position_us,
    row_number() over touch_order as place,
    lag(node) over touch_order as previous_node,
    lag(position_us) over touch_order as previous_us,
    (lead(position_us) over touch_order) - position_us as gap_us,
    coalesce(lead(session_id) over touch_order = session_id, false) as goes_on,
    count(*) over unit as touchpoints,
    max(position_us) over unit as last_us,
    max(case when is_goal then sequence_no end) over unit as goal_sequence_no
  from touches
  window touch_order as (partition by scope, unit_id order by sequence_no nulls last),
    -- Of the same order, though it matters to none of these, so that rows are sorted once.
    unit as (partition by scope, unit_id order by sequence_no nulls last rows between unbounded preceding and unbounded following)
), spent as (
  select scope, unit_id, customer_id, sequence_no, node, position_us, place, previous_node, previous_us,
    touchpoints, last_us, goal_sequence_no,
    coalesce(sum(case when goes_on then gap_us end) over before, 0) as dwelt_us,
    coalesce(sum(case when goes_on then gap_us end) over unit, 0) as unit_dwelt_us,
    coalesce(sum(case when goes_on then 1 end) over before, 0) as stays,
    coalesce(sum(case when goes_on then 1 end) over unit, 0) as unit_stays
  from neighbours
  window before as (partition by scope, unit_id order by place nulls last rows between unbounded preceding and 1 preceding),
    unit as (partition by scope, unit_id order by place nulls last rows between unbounded preceding and unbounded following)
), steps as (
  select scope, unit_id, customer_id, sequence_no, node, position_us, place, touchpoints, last_us,
    goal_sequence_no,
    row_number() over run_order as step_no,
    count(*) over unit as steps,
    lead(place) over run_order as next_place,
    lead(node) over run_order as next_node,
    lead(position_us) over run_order as next_us,
    lead(previous_us) over run_order as left_us,
    coalesce(lead(stays) over run_order, unit_stays) - stays as stays,
    coalesce(lead(dwelt_us) over run_order, unit_dwelt_us) - dwelt_us as dwell_us
  from spent
  where previous_node is null or previous_node <> node or not journeys_collapse_repeats()
  window run_order as (partition by scope, unit_id order by place nulls last),
    unit as (partition by scope, unit_id order by place nulls last rows between unbounded preceding and unbounded following)
)
select
  scope, unit_id,
  cast(step_no as bigint) as step_no,
  cast(steps as bigint) as steps,
  customer_id, sequence_no, node,
  cast(coalesce(next_place, touchpoints + 1) - place as bigint) as repeats,
  position_us as entered_us,
  coalesce(left_us, last_us) as left_us,
  coalesce(next_node, 'path_end') as next_node,
  next_us,
  cast(case when stays > 0 then dwell_us end as bigint) as dwell_us,
  cast(case when coalesce(next_place, touchpoints) - place > stays then coalesce(next_us, last_us) - position_us - dwell_us end as bigint) as wait_us,
  goal_sequence_no is not null as is_converted,
  coalesce(sequence_no <= goal_sequence_no, false) as goal_follows
from steps
