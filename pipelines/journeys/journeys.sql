-- One row per journey: a customer's touchpoints from a beginning to a goal, to silence, or to the end of the data.
with touches as (
  select journey_id, min(customer_id) as customer_id, min(sequence_no) as first_place, max(sequence_no) as last_place,
    min_by(touchpoint_id, sequence_no) as first_touchpoint_id, max_by(touchpoint_id, sequence_no) as last_touchpoint_id,
    min_by(channel, sequence_no) as first_channel, max_by(channel, sequence_no) as last_channel,
    min_by(goal_id, case when goal_id is not null then sequence_no end) as goal_id,
    min(case when goal_id is not null then position_us(occurred_at, time_precision) end) as goal_us,
    min(position_us(occurred_at, time_precision)) as started_us,
    max(position_us(occurred_at, time_precision)) as ended_us,
    sum(case when counts_revenue then revenue end) as revenue,
    case when min(case when counts_revenue then currency end) <> max(case when counts_revenue then currency end) then 'mixed'
      else min(case when counts_revenue then currency end) end as currency,
    count(*) as touchpoints,
    count(distinct session_id) as sessions,
    count(distinct channel) as channels
  from touchpoints
  where journey_id is not null
  group by journey_id
), times as (
  select unit_id as journey_id,
    sum(dwell_us) as active_us,
    sum(wait_us) as waiting_us
  from path_steps
  where scope = 'journey'
  group by unit_id
), numbered as (
  select journey_id,
    row_number() over (partition by customer_id order by first_place nulls last) as journey_no,
    lead(first_place) over (partition by customer_id order by first_place nulls last) is null as is_last
  from touches
)
select
  t.journey_id, t.customer_id,
  cast(n.journey_no as bigint) as journey_no,
  timestamp_of_micros(t.started_us) as started_at,
  timestamp_of_micros(t.ended_us) as ended_at,
  case
    when t.goal_us is not null then 'converted'
    when n.is_last and epoch_micros(as_of()) - t.ended_us <= journeys_journey_inactivity_days() * 86400000000 then 'open'
    else 'lost'
  end as status,
  t.goal_id,
  timestamp_of_micros(t.goal_us) as goal_at,
  cast(t.revenue as decimal(18,4)) as revenue, t.currency,
  cast(t.touchpoints as bigint) as touchpoints,
  p.steps,
  cast(t.sessions as bigint) as sessions,
  cast(t.channels as bigint) as channels,
  t.first_channel, t.last_channel, t.first_touchpoint_id, t.last_touchpoint_id,
  safe_ratio(t.ended_us - t.started_us, 1000000) as throughput_seconds,
  coalesce(safe_ratio(m.active_us, 1000000), 0) as active_seconds,
  coalesce(safe_ratio(m.waiting_us, 1000000), 0) as waiting_seconds,
  p.path_id, p.path,
  p.steps - p.nodes as revisits,
  t.started_us - s.first_us < journeys_journey_inactivity_days() * 86400000000 as left_truncated,
  n.is_last and epoch_micros(as_of()) - t.ended_us <= journeys_journey_inactivity_days() * 86400000000 as right_truncated
from touches t
join numbered n on n.journey_id = t.journey_id
join path_units p on p.scope = 'journey' and p.unit_id = t.journey_id
left join times m on m.journey_id = t.journey_id
cross join observed_span s
