-- One row per SendGrid e-mail event, from the bodies of the event webhook (JSON arrays or NDJSON).
with events as (
  select object_id, row_number, loaded_at,
    lower(get_json_object(payload, '$.event')) as event,
    get_json_object(payload, '$.email') as email,
    get_json_object(payload, '$.timestamp') as time_text,
    get_json_object(payload, '$.sg_event_id') as event_id,
    get_json_object(payload, '$.sg_message_id') as message_id,
    is_true(get_json_object(payload, '$.sg_machine_open')) as is_machine_open,
    coalesce(get_json_object(payload, '$.user_id'), get_json_object(payload, '$.userId'), get_json_object(payload, '$.custom_args.user_id')) as user_id,
    get_json_object(payload, '$.customer_id') as customer_id,
    get_json_object(payload, '$.url') as url,
    get_json_object(payload, '$.useragent') as user_agent,
    get_json_object(payload, '$.reason') as reason_text,
    get_json_object(payload, '$.type') as bounce_type,
    coalesce(get_json_object(payload, '$.marketing_campaign_name'), get_json_object(payload, '$.singlesend_name'), get_json_object(payload, '$.category[0]'),
      get_json_object(payload, '$.category')) as campaign
  from raw
)
select
  object_id, row_number, loaded_at,
  case when event is null or is_machine_open then 'ignored' else 'touchpoint' end as record_kind,
  case when event is null then 'unknown_record' when is_machine_open then 'machine_open' end as reject_reason,
  event_id as native_id,
  time_text as occurred_at,
  case when event = 'spamreport' then 'email_spam_report' when event = 'group_unsubscribe' then 'email_unsubscribe'
    when event = 'group_resubscribe' then 'email_subscribe' else 'email_' || event end as event_type,
  'Email' as channel,
  concat_ws(chr(31), identifier('email', email), identifier('user_id', user_id), identifier('customer_id', customer_id)) as identifiers,
  user_agent,
  url_param(url, 'utm_source') as utm_source, url_param(url, 'utm_medium') as utm_medium, url_param(url, 'utm_campaign') as utm_campaign,
  json_of_fields(concat_ws(',', json_field('message_id', message_id), json_field('campaign', campaign), json_field('url', url),
    json_field('bounce_type', bounce_type), json_field('reason', reason_text))) as properties
from events
