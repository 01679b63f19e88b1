-- One row per touchpoint, with its place among its customer's and the place of the first one of its journey, when it
-- takes part. A journey ends at a goal, after inactivity, or where the look-back before its goal begins.
with goal_records as (
  select record_id, customer_id, event_no, position_us, goal_id, coalesce(goal_order_id, record_id) as order_key,
    case when position_us - lag(position_us) over (partition by customer_id, goal_id order by event_no nulls last)
      < journeys_same_conversion_minutes() * 60000000 then 0 else 1 end as is_apart
  from session_events
  where takes_part and goal_id is not null and role in ('view', 'touchpoint')
), numbered as (
  select record_id, customer_id, event_no, position_us, goal_id, order_key,
    sum(is_apart) over (partition by customer_id, goal_id order by event_no nulls last
      rows between unbounded preceding and current row) as conversion_no
  from goal_records
), order_records as (
  select record_id, customer_id, event_no, position_us, goal_id, conversion_no,
    min(conversion_no) over (partition by customer_id, goal_id, order_key) as order_conversion_no
  from numbered
), conversions as (
  select record_id, goal_id, position_us,
    lead(position_us) over (partition by customer_id, goal_id order by event_no nulls last) as next_us
  from order_records
  where conversion_no = order_conversion_no or not journeys_goal_once_per_order()
), touches as (
  select e.record_id, e.customer_id, e.event_no, e.position_us, e.takes_part, e.evidence,
    e.session_place, e.session_part, e.is_bot, e.is_late,
    -- Records of one purchase by several sources or lines are one conversion: the last of them reaches the goal.
    case when c.next_us is null or c.next_us - c.position_us >= journeys_same_conversion_minutes() * 60000000 then c.goal_id end as goal_id
  from session_events e
  left join conversions c on c.record_id = e.record_id
  where e.role in ('view', 'touchpoint')
), places as (
  select record_id, customer_id, position_us, takes_part, evidence, session_place, session_part, is_bot, is_late, goal_id,
    row_number() over touch_order as place,
    lag(position_us) over touch_order as previous_us,
    lag(goal_id) over touch_order as previous_goal_id
  from touches
  window touch_order as (partition by customer_id order by takes_part desc nulls last, event_no nulls last)
), runs as (
  select record_id, customer_id, position_us, takes_part, evidence, session_place, session_part, is_bot, is_late, goal_id, place,
    max(case
      when takes_part and (previous_us is null
        or position_us - previous_us > journeys_journey_inactivity_days() * 86400000000
        or (previous_goal_id is not null and journeys_after_goal() = 'new_journey')) then place
    end) over (partition by customer_id order by place nulls last rows between unbounded preceding and current row) as run_place
  from places
), capped as (
  select customer_id, run_place, min(case when goal_id is not null then position_us end) as goal_us
  from runs
  where takes_part and journeys_lookback_days() > 0
  group by customer_id, run_place
  having min(case when goal_id is not null then position_us end) - min(position_us) > journeys_lookback_days() * 86400000000
), cut as (
  select r.customer_id, r.run_place, min(r.place) as cut_place
  from runs r
  join capped c on c.customer_id = r.customer_id and c.run_place = r.run_place
  where r.takes_part and c.goal_us - r.position_us <= journeys_lookback_days() * 86400000000
  group by r.customer_id, r.run_place
)
select
  r.record_id, r.customer_id, r.position_us, r.takes_part, r.evidence, r.session_place, r.session_part,
  r.is_bot, r.is_late, r.goal_id,
  cast(case when r.takes_part then r.place end as bigint) as place,
  cast(case when r.takes_part then case when r.place >= c.cut_place then c.cut_place else r.run_place end end as bigint) as journey_place
from runs r
left join cut c on c.customer_id = r.customer_id and c.run_place = r.run_place
