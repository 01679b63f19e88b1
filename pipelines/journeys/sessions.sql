-- One row per session: a visit of one customer on one device stream, or the session that its source names.
with visits as (
  select session_id,
    min_by(node, sequence_no) as entry_node, max_by(node, sequence_no) as exit_node,
    min_by(page_path, sequence_no) as entry_page, max_by(page_path, sequence_no) as exit_page,
    min_by(channel, sequence_no) as channel, min_by(channel_rule, sequence_no) as channel_rule,
    count(*) as touchpoints,
    count(goal_id) as conversions,
    sum(case when counts_revenue then revenue end) as revenue,
    case when min(case when counts_revenue then currency end) <> max(case when counts_revenue then currency end) then 'mixed'
      else min(case when counts_revenue then currency end) end as currency
  from touchpoints
  where session_id is not null
  group by session_id
), heartbeats as (
  select customer_id, session_place, session_part,
    sum((intervals - 1) * journeys_heartbeat_seconds() + journeys_heartbeat_first_seconds()) as engaged_seconds
  from (
    select customer_id, session_place, session_part, view_key,
      count(distinct integer_division(position_us, journeys_heartbeat_seconds() * 1000000)) as intervals
    from session_events
    where role = 'heartbeat' and session_place is not null
    group by customer_id, session_place, session_part, view_key
  ) views
  group by customer_id, session_place, session_part
), first_records as (
  select e.record_id, e.device_key, e.stream, e.session_hint, e.device_type, e.os, e.browser, e.country, e.region, e.city
  from events e
  semi join session_bounds b on b.first_record_id = e.record_id
), ordered as (
  select b.session_id, b.customer_id, b.session_place, b.session_part, b.stream_key, b.first_record_id, b.started_us, b.ended_us,
    b.break_reason, b.evidence, b.views, b.events,
    case when startswith(b.stream_key, 'offline|') then v.channel else b.channel end as channel,
    case when startswith(b.stream_key, 'offline|') then v.channel_rule else b.channel_rule end as channel_rule,
    v.entry_node, v.entry_page, v.exit_node, v.exit_page, v.touchpoints, v.conversions, v.revenue, v.currency,
    row_number() over (partition by b.customer_id order by b.started_us nulls last, b.session_place nulls last, b.session_part nulls last) as session_no
  from session_bounds b
  left join visits v on v.session_id = b.session_id
), sourced as (
  select customer_id, session_no, session_id, started_us, channel,
    max(case when channel <> 'Direct' then session_no end) over (partition by customer_id order by session_no nulls last
      rows between unbounded preceding and current row) as source_session_no
  from ordered
), inherited as (
  select s.session_id, n.session_id as source_session_id, n.channel
  from sourced s
  join ordered n on n.customer_id = s.customer_id and n.session_no = s.source_session_no
  where s.started_us - n.started_us <= journeys_direct_lookback_days() * 86400000000
)
select
  o.session_id, o.customer_id,
  cast(o.session_no as bigint) as session_no,
  e.device_key, o.stream_key,
  coalesce(e.stream, 'offline') as kind,
  e.session_hint,
  timestamp_of_micros(o.started_us) as started_at,
  timestamp_of_micros(o.ended_us) as ended_at,
  safe_ratio(o.ended_us - o.started_us, 1000000) as duration_seconds,
  cast(coalesce(h.engaged_seconds, 0) as bigint) as engaged_seconds,
  o.events,
  cast(coalesce(o.touchpoints, 0) as bigint) as touchpoints,
  o.views,
  o.entry_node, o.exit_node, o.entry_page, o.exit_page,
  o.channel, o.channel_rule,
  coalesce(i.channel, o.channel) as channel_last_non_direct,
  coalesce(i.source_session_id, o.session_id) as source_session_id,
  t.source as traffic_source, t.medium as traffic_medium, t.campaign as traffic_campaign,
  e.device_type, e.os, e.browser, e.country, e.region, e.city,
  coalesce(o.views >= journeys_engaged_session_views()
    or h.engaged_seconds >= journeys_engaged_session_seconds()
    or (journeys_engaged_by_duration() and h.engaged_seconds is null
      and o.ended_us - o.started_us >= journeys_engaged_session_seconds() * 1000000)
    or o.conversions > 0, false) as is_engaged,
  coalesce(o.touchpoints, 0) <= 1 as is_bounce,
  cast(coalesce(o.conversions, 0) as bigint) as conversions,
  cast(o.revenue as decimal(18,4)) as revenue,
  o.currency,
  o.break_reason,
  epoch_micros(as_of()) - o.ended_us <= journeys_session_open_minutes() * 60000000 as is_open
from ordered o
join first_records e on e.record_id = o.first_record_id
left join heartbeats h
  on h.customer_id = o.customer_id and h.session_place = o.session_place and h.session_part = o.session_part
left join inherited i on i.session_id = o.session_id
left join traffic_sources t on t.evidence = o.evidence
