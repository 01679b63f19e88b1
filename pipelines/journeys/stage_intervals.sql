-- One row per stay of a journey in a stage: neighbouring touchpoints of the same stage.
with neighbours as (
  select journey_id, customer_id, sequence_no, stage, stage_rule, goal_id, position_us(occurred_at, time_precision) as position_us,
    lag(stage) over (partition by journey_id order by sequence_no nulls last) as previous_stage
  from touchpoints
  where journey_id is not null
), numbered as (
  select journey_id, customer_id, sequence_no, stage, stage_rule, goal_id, position_us,
    sum(case when previous_stage is null or previous_stage <> stage then 1 else 0 end) over (partition by journey_id
      order by sequence_no nulls last rows between unbounded preceding and current row) as interval_no
  from neighbours
), stays as (
  select journey_id, interval_no, min(customer_id) as customer_id, min(stage) as stage, min_by(stage_rule, sequence_no) as stage_rule,
    min(position_us) as entered_us, max(position_us) as last_us, count(*) as touchpoints,
    max(case when goal_id is not null then 1 else 0 end) as has_goal
  from numbered
  group by journey_id, interval_no
), following as (
  select s.journey_id, s.interval_no, s.customer_id, s.stage, s.stage_rule, s.entered_us, s.last_us, s.touchpoints, s.has_goal, r.rank,
    lead(s.entered_us) over (partition by s.journey_id order by s.interval_no nulls last) as next_us,
    lead(r.rank) over (partition by s.journey_id order by s.interval_no nulls last) as next_rank
  from stays s
  join stages r on r.stage = s.stage
)
select
  f.journey_id,
  cast(f.interval_no as bigint) as interval_no,
  f.customer_id, f.stage, f.rank as stage_rank, f.stage_rule,
  timestamp_of_micros(f.entered_us) as entered_at,
  timestamp_of_micros(coalesce(f.next_us, f.last_us)) as left_at,
  safe_ratio(coalesce(f.next_us, f.last_us) - f.entered_us, 1000000) as dwell_seconds,
  cast(f.touchpoints as bigint) as touchpoints,
  case
    when f.next_rank >= f.rank then 'advance'
    when f.next_rank < f.rank then 'regress'
    when f.has_goal = 1 then 'goal'
    when j.right_truncated then 'open'
    else 'drop'
  end as exit_kind
from following f
join journeys j on j.journey_id = f.journey_id
