-- One row per touchpoint or engagement record of a customer: its place in time, its session stream and the evidence
-- of where the visitor came from. Narrow, because windows sort all that they carry. At equal times the row in the
-- file decides only where the source gives no ids: who gives them owes no order of rows. Later windows sort by event_no.
with located as (
  select e.record_id, e.source, case when e.native_id is null then lpad(cast(e.row_number as string), 12, '0') else e.native_id end as tie_key, e.record_no, e.occurred_at, e.time_precision, e.event_type, e.channel,
    e.stream, e.device_key, e.session_hint, e.order_id, e.view_key,
    s.customer_id, p.page_path,
    case when e.record_kind = 'engagement' then 'heartbeat' else k.role end as role,
    k.goal_id,
    case when r.is_referrer and r.host <> coalesce(p.host, '') and not endswith(coalesce(p.host, ''), '.' || r.host)
      and not endswith(r.host, '.' || coalesce(p.host, '')) then r.host end as referrer_host,
    lower(coalesce(nullif(e.utm_source, ''), p.utm_source)) as campaign_source,
    lower(coalesce(nullif(e.utm_medium, ''), p.utm_medium)) as campaign_medium,
    lower(coalesce(nullif(e.utm_campaign, ''), p.utm_campaign)) as campaign,
    coalesce(nullif(e.click_id_type, ''), p.click_id_type) as click_id_type,
    e.is_bot or coalesce(a.is_bot, false) as is_bot,
    coalesce(epoch_micros(e.received_at) - epoch_micros(e.occurred_at) > collect_late_days() * 86400000000, false) as is_late
  from events e
  join identity_sets s on s.identifier_set_id = e.identifier_set_id
  left join addresses p on p.address = e.page_url
  left join addresses r on r.address = e.referrer_url
  left join user_agents a on a.user_agent = e.user_agent
  join event_kinds k on k.source = e.source and k.event_type = coalesce(e.event_type, 'unknown')
    and k.channel = coalesce(e.channel, '') and k.page_path = coalesce(p.page_path, '')
  where e.record_kind in ('touchpoint', 'engagement') and e.occurred_at is not null
), judged as (
  select record_id, customer_id, source, tie_key, record_no, role, goal_id, order_id, is_bot, is_late,
    channel, campaign_source, campaign_medium, campaign, click_id_type, referrer_host,
    stream, device_key, session_hint, view_key,
    (journeys_include_bots() or not is_bot) and (journeys_include_late() or not is_late) as takes_part,
    position_us(occurred_at, time_precision) as position_us
  from located
), described as (
  select record_id, customer_id, source, tie_key, record_no, position_us, role, takes_part, goal_id, is_bot, is_late,
    case
      when not takes_part then null
      when stream is null then case when journeys_sessionize_offline() and role in ('view', 'touchpoint') then 'offline|' || record_id end
      when journeys_trust_source_sessions() and session_hint is not null then 'source|' || source || '|' || session_hint
      else stream || '|' || coalesce(device_key, '')
    end as stream_key,
    case when channel is null and coalesce(campaign_source, campaign_medium, campaign, click_id_type, referrer_host) is not null
      then concat_ws(chr(31), coalesce(campaign_source, ''), coalesce(campaign_medium, ''), coalesce(campaign, ''),
        coalesce(click_id_type, ''), coalesce(referrer_host, '')) end as evidence,
    channel is null and coalesce(campaign_source, campaign_medium, campaign, click_id_type) is not null as is_campaign,
    case when goal_id is not null and role in ('view', 'touchpoint') then order_id end as goal_order_id,
    case when role in ('view', 'heartbeat') then view_key end as view_key
  from judged
)
select
  record_id, customer_id,
  -- Numbered in the last step: a window sorts every column that it carries, so here only the finished ones.
  cast(row_number() over (partition by customer_id order by position_us nulls last, source nulls last, tie_key nulls last,
    record_no nulls last, record_id nulls last) as bigint) as event_no,
  position_us, role, takes_part, stream_key, evidence, is_campaign, goal_id, goal_order_id, view_key, is_bot, is_late
from described
