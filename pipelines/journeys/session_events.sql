-- One row per record of customer_events, with the place of its session's first event when it is in a session stream.
-- A stream is a device, or a session that the source names; sessions of a named one end only at the cap.
with campaigns as (
  select record_id, campaign is distinct from lag(campaign) over (partition by customer_id, stream_key
      order by event_no nulls last) as is_new
  from (
    -- The evidence less the referrer, its last part: the same campaign on two sites is one.
    select record_id, customer_id, stream_key, event_no, substr(evidence, 1, length(evidence) - length(split_part(evidence, chr(31), 5))) as campaign
    from customer_events
    where journeys_break_on_campaign() and is_campaign and stream_key is not null
  ) named
), places as (
  select record_id, customer_id, event_no, stream_key, position_us, role, takes_part, evidence,
    goal_id, goal_order_id, view_key, is_bot, is_late,
    row_number() over streams as place,
    lag(stream_key) over streams as previous_stream,
    lag(position_us) over streams as previous_us
  from customer_events
  window streams as (partition by customer_id order by stream_key nulls last, event_no nulls last)
), breaks as (
  select p.record_id, p.customer_id, p.event_no, p.stream_key, p.position_us, p.role,
    p.takes_part, p.evidence, p.goal_id, p.goal_order_id, p.view_key, p.is_bot, p.is_late, p.place,
    case
      when p.stream_key is null then null
      when p.previous_stream is distinct from p.stream_key
        then case when startswith(p.stream_key, 'source|') then 'source' else 'first' end
      when startswith(p.stream_key, 'source|') then null
      when p.position_us - p.previous_us > journeys_session_timeout_minutes() * 60000000
        or (journeys_session_gap_inclusive() and p.position_us - p.previous_us = journeys_session_timeout_minutes() * 60000000) then 'gap'
      when c.is_new then 'campaign'
      when journeys_break_on_midnight() and local_date(timestamp_of_micros(p.position_us), journeys_report_time_zone())
        <> local_date(timestamp_of_micros(p.previous_us), journeys_report_time_zone()) then 'midnight'
    end as break_reason
  from places p
  left join campaigns c on c.record_id = p.record_id
), visits as (
  select record_id, customer_id, event_no, stream_key, position_us, role,
    takes_part, evidence, goal_id, goal_order_id, view_key, is_bot, is_late, place, break_reason,
    max(case when break_reason is not null then place end) over visit_order as session_place,
    max(case when break_reason is not null then position_us end) over visit_order as session_us
  from breaks
  window visit_order as (partition by customer_id, stream_key order by place nulls last rows between unbounded preceding and current row)
)
select
  record_id, customer_id, event_no, position_us, role, takes_part,
  stream_key, evidence, goal_id, goal_order_id, view_key, is_bot, is_late,
  cast(place as bigint) as place,
  cast(case when stream_key is not null then session_place end as bigint) as session_place,
  -- The cap cuts at each multiple of itself after the start; 0 is no cap.
  case when stream_key is not null then
    coalesce(integer_division(position_us - session_us, journeys_max_session_hours() * 3600000000), 0) end as session_part,
  break_reason
from visits
