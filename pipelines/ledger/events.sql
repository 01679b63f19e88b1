-- One row per kept record: typed, without duplicates and rejects.
select
  r.object_id, r.row_number, r.record_no, r.source, r.record_kind, r.record_id, r.native_id,
  r.occurred_at, r.time_precision, r.received_at, r.event_type, r.channel, r.stream,
  r.device_key, r.session_hint, r.identifiers, r.identifier_set_id, r.attributes, r.page_url,
  r.page_title, r.referrer_url, r.user_agent, r.utm_source, r.utm_medium, r.utm_campaign,
  r.utm_term, r.utm_content, r.click_id_type, r.device_type, r.os, r.browser, r.country, r.region,
  r.city, r.order_id, r.product, r.quantity, r.revenue, r.currency, r.score, r.score_scale,
  r.sentiment_text, r.is_bot, r.view_key, r.properties
from records r
anti join duplicate_records d
  on d.object_id = r.object_id and d.row_number = r.row_number and d.record_no = r.record_no
where r.reject_reason is null
