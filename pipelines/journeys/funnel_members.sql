-- One row per step that a unit of a funnel reached: the earliest touchpoint that satisfies it after the step before,
-- within the window from the first step. One touchpoint serves one step; a funnel has at most six.
with hits as (
  select f.funnel_id, f.scope, f.step_no, t.customer_id, t.sequence_no,
    position_us(t.occurred_at, t.time_precision) as position_us,
    case f.scope when 'session' then t.session_id when 'journey' then t.journey_id else t.customer_id end as unit_id
  from touchpoints t
  join funnel_stages f on (f.stage is null or f.stage = t.stage) and (f.event_type is null or f.event_type = t.event_type)
  where t.sequence_no is not null
    and case f.scope when 'session' then t.session_id when 'journey' then t.journey_id else t.customer_id end is not null
), step_1 as (
  select funnel_id, scope, unit_id, customer_id, 1 as step_no, min(sequence_no) as place, min(position_us) as reached_us,
    min(position_us) as first_us, cast(null as bigint) as previous_us
  from hits
  where step_no = 1
  group by funnel_id, scope, unit_id, customer_id
), step_2 as (
  select s.funnel_id, s.scope, s.unit_id, s.customer_id, 2 as step_no, min(h.sequence_no) as place, min(h.position_us) as reached_us,
    s.first_us, s.reached_us as previous_us
  from step_1 s
  join hits h on h.funnel_id = s.funnel_id and h.unit_id = s.unit_id and h.step_no = 2 and h.sequence_no > s.place
    and (journeys_funnel_window_days() = 0 or h.position_us - s.first_us <= journeys_funnel_window_days() * 86400000000)
  group by s.funnel_id, s.scope, s.unit_id, s.customer_id, s.first_us, s.reached_us
), step_3 as (
  select s.funnel_id, s.scope, s.unit_id, s.customer_id, 3 as step_no, min(h.sequence_no) as place, min(h.position_us) as reached_us,
    s.first_us, s.reached_us as previous_us
  from step_2 s
  join hits h on h.funnel_id = s.funnel_id and h.unit_id = s.unit_id and h.step_no = 3 and h.sequence_no > s.place
    and (journeys_funnel_window_days() = 0 or h.position_us - s.first_us <= journeys_funnel_window_days() * 86400000000)
  group by s.funnel_id, s.scope, s.unit_id, s.customer_id, s.first_us, s.reached_us
), step_4 as (
  select s.funnel_id, s.scope, s.unit_id, s.customer_id, 4 as step_no, min(h.sequence_no) as place, min(h.position_us) as reached_us,
    s.first_us, s.reached_us as previous_us
  from step_3 s
  join hits h on h.funnel_id = s.funnel_id and h.unit_id = s.unit_id and h.step_no = 4 and h.sequence_no > s.place
    and (journeys_funnel_window_days() = 0 or h.position_us - s.first_us <= journeys_funnel_window_days() * 86400000000)
  group by s.funnel_id, s.scope, s.unit_id, s.customer_id, s.first_us, s.reached_us
), step_5 as (
  select s.funnel_id, s.scope, s.unit_id, s.customer_id, 5 as step_no, min(h.sequence_no) as place, min(h.position_us) as reached_us,
    s.first_us, s.reached_us as previous_us
  from step_4 s
  join hits h on h.funnel_id = s.funnel_id and h.unit_id = s.unit_id and h.step_no = 5 and h.sequence_no > s.place
    and (journeys_funnel_window_days() = 0 or h.position_us - s.first_us <= journeys_funnel_window_days() * 86400000000)
  group by s.funnel_id, s.scope, s.unit_id, s.customer_id, s.first_us, s.reached_us
), step_6 as (
  select s.funnel_id, s.scope, s.unit_id, s.customer_id, 6 as step_no, min(h.sequence_no) as place, min(h.position_us) as reached_us,
    s.first_us, s.reached_us as previous_us
  from step_5 s
  join hits h on h.funnel_id = s.funnel_id and h.unit_id = s.unit_id and h.step_no = 6 and h.sequence_no > s.place
    and (journeys_funnel_window_days() = 0 or h.position_us - s.first_us <= journeys_funnel_window_days() * 86400000000)
  group by s.funnel_id, s.scope, s.unit_id, s.customer_id, s.first_us, s.reached_us
), reached as (
  select funnel_id, scope, unit_id, customer_id, step_no, reached_us, first_us, previous_us from step_1
  union all
  select funnel_id, scope, unit_id, customer_id, step_no, reached_us, first_us, previous_us from step_2
  union all
  select funnel_id, scope, unit_id, customer_id, step_no, reached_us, first_us, previous_us from step_3
  union all
  select funnel_id, scope, unit_id, customer_id, step_no, reached_us, first_us, previous_us from step_4
  union all
  select funnel_id, scope, unit_id, customer_id, step_no, reached_us, first_us, previous_us from step_5
  union all
  select funnel_id, scope, unit_id, customer_id, step_no, reached_us, first_us, previous_us from step_6
)
select
  funnel_id, unit_id,
  cast(step_no as bigint) as step_no,
  scope, customer_id,
  timestamp_of_micros(reached_us) as reached_at,
  safe_ratio(reached_us - previous_us, 1000000) as seconds_from_previous,
  safe_ratio(reached_us - first_us, 1000000) as seconds_from_first
from reached
