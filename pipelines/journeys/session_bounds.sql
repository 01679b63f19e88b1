-- One row per session: its id, its bounds and the evidence of where it came from. The id is made of the device
-- stream and the first event, so events that follow later do not change it.
with visits as (
  select customer_id, stream_key, session_place, session_part,
    min_by(record_id, place) as first_record_id,
    min_by(role, place) as first_role,
    min(place) as first_place,
    min(position_us) as first_us,
    max(position_us) as last_us,
    min_by(break_reason, place) as break_reason,
    min_by(evidence, case when evidence is not null then place end) as evidence,
    count_if(role = 'view' and view_key is null) + count(distinct view_key) as views,
    count(*) as events
  from session_events
  where session_place is not null
  group by customer_id, stream_key, session_place, session_part
)
select
  id_of(case when startswith(v.stream_key, 'source|') then '' else v.customer_id end || '|' || v.stream_key || '|' || v.first_record_id) as session_id,
  v.customer_id, v.session_place, v.session_part, v.stream_key, v.first_record_id,
  v.first_us - case when v.first_role = 'heartbeat' and v.break_reason in ('first', 'gap', 'source') then journeys_heartbeat_first_seconds() * 1000000 else 0 end as started_us,
  v.last_us as ended_us,
  coalesce(v.break_reason, 'cap') as break_reason,
  v.evidence, coalesce(t.channel, 'Direct') as channel, coalesce(t.channel_rule, 'direct') as channel_rule,
  cast(v.views as bigint) as views,
  cast(v.events as bigint) as events
from visits v
left join traffic_sources t on t.evidence = v.evidence
