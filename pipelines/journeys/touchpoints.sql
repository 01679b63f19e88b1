-- One row per touchpoint: an event of a customer that counts, with its channel, stage, session and journey.
with journey_starts as (
  select customer_id, place, id_of(customer_id || '|' || record_id) as journey_id
  from journey_events
  where place = journey_place
), places as (
  -- Joined while narrow; events follow last.
  select j.record_id, j.customer_id, j.takes_part, j.evidence, j.goal_id, j.is_bot, j.is_late, j.place,
    j.place - j.journey_place + 1 as step_no, s.journey_id, b.session_id, b.channel as session_channel
  from journey_events j
  left join session_bounds b
    on b.customer_id = j.customer_id and b.session_place = j.session_place and b.session_part = j.session_part
  left join journey_starts s on s.customer_id = j.customer_id and s.place = j.journey_place
), placed as (
  select e.record_id, j.customer_id, e.device_key, e.stream, e.occurred_at, e.time_precision, e.received_at, j.place,
    e.source, e.native_id, k.event_type, k.stage, k.stage_rule, j.goal_id, p.page_path,
    coalesce(e.channel, t.channel, j.session_channel, 'Direct') as channel,
    case when e.channel is not null then 'source' when t.channel is not null then t.channel_rule
      when j.session_channel is not null then 'session' else 'direct' end as channel_rule,
    j.session_id, e.session_hint, j.journey_id, j.step_no,
    coalesce(nullif(e.utm_source, ''), p.utm_source) as utm_source,
    coalesce(nullif(e.utm_medium, ''), p.utm_medium) as utm_medium,
    coalesce(nullif(e.utm_campaign, ''), p.utm_campaign) as utm_campaign,
    coalesce(nullif(e.utm_term, ''), p.utm_term) as utm_term,
    coalesce(nullif(e.utm_content, ''), p.utm_content) as utm_content,
    coalesce(nullif(e.click_id_type, ''), p.click_id_type) as click_id_type,
    nullif(split_part(j.evidence, chr(31), 5), '') as referrer_host,
    e.device_type, e.os, e.browser, e.country, e.region, e.city, e.order_id, e.product, e.quantity, e.revenue, e.currency,
    e.revenue is not null and j.takes_part and o.record_id is null as counts_revenue,
    e.score, e.score_scale, e.sentiment_text, j.is_bot, j.is_late, e.properties
  from events e
  join places j on j.record_id = e.record_id
  left join addresses p on p.address = e.page_url
  join event_kinds k on k.source = e.source and k.event_type = coalesce(e.event_type, 'unknown')
    and k.channel = coalesce(e.channel, '') and k.page_path = coalesce(p.page_path, '')
  left join traffic_sources t on t.evidence = j.evidence
  left join revenue_echoes o on o.record_id = e.record_id
)
select
  record_id as touchpoint_id, customer_id, device_key, stream, occurred_at, time_precision, received_at,
  place as sequence_no,
  source, native_id as source_event_id,
  channel, channel_rule, event_type, stage, stage_rule, goal_id,
  case journeys_node()
    when 'channel' then channel
    when 'stage' then stage
    when 'page' then coalesce(page_path, event_type)
    else event_type
  end as node,
  page_path, session_id, session_hint, journey_id, step_no,
  utm_source, utm_medium, utm_campaign, utm_term, utm_content, click_id_type, referrer_host,
  device_type, os, browser, country, region, city,
  order_id, product, quantity, revenue, currency, counts_revenue,
  score, score_scale, sentiment_text, is_bot, is_late,
  safe_ratio(epoch_micros(received_at) - epoch_micros(occurred_at), 1000000) as skew_seconds,
  properties
from placed
