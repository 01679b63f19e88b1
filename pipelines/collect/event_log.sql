-- One row per row of any event log, from CSV, NDJSON or Parquet whose columns the config names (customer, event, time, ...).
-- Needed are time and one of customer, user, email, phone, external and device: a row without is rejected.
-- Without an event, a row is an order_line where it has an order, an order_line_returned where quantity or revenue is negative, else an event.
-- Without a revenue it is price times quantity; columns that are none of the fields are kept as properties.
with events as (
  select object_id, row_number, loaded_at,
    get_json_object(payload, '$.customer') as customer,
    get_json_object(payload, '$.event') as event,
    get_json_object(payload, '$.time') as time_text,
    get_json_object(payload, '$.received') as received_text,
    get_json_object(payload, '$.id') as event_id,
    get_json_object(payload, '$.session') as session_hint,
    get_json_object(payload, '$.revenue') as revenue,
    get_json_object(payload, '$.price') as price,
    get_json_object(payload, '$.quantity') as quantity,
    get_json_object(payload, '$.currency') as currency,
    get_json_object(payload, '$.channel') as channel,
    get_json_object(payload, '$.product') as product,
    get_json_object(payload, '$.order') as order_id,
    get_json_object(payload, '$.email') as email,
    get_json_object(payload, '$.phone') as phone,
    get_json_object(payload, '$.user') as user_id,
    get_json_object(payload, '$.external') as external_id,
    get_json_object(payload, '$.device') as device_id,
    get_json_object(payload, '$.page_url') as page_url,
    get_json_object(payload, '$.page_title') as page_title,
    get_json_object(payload, '$.referrer_url') as referrer_url,
    get_json_object(payload, '$.user_agent') as user_agent,
    get_json_object(payload, '$.utm_source') as utm_source,
    get_json_object(payload, '$.utm_medium') as utm_medium,
    get_json_object(payload, '$.utm_campaign') as utm_campaign,
    get_json_object(payload, '$.utm_term') as utm_term,
    get_json_object(payload, '$.utm_content') as utm_content,
    get_json_object(payload, '$.device_type') as device_type,
    get_json_object(payload, '$.os') as os,
    get_json_object(payload, '$.browser') as browser,
    get_json_object(payload, '$.country') as country,
    get_json_object(payload, '$.region') as region,
    get_json_object(payload, '$.city') as city,
    get_json_object(payload, '$.score') as score,
    get_json_object(payload, '$.score_scale') as score_scale,
    get_json_object(payload, '$.comment') as comment,
    json_without(payload, 'customer,event,time,received,id,session,revenue,price,quantity,currency,channel,product,order,email,phone,user,external,device,page_url,page_title,referrer_url,user_agent,utm_source,utm_medium,utm_campaign,utm_term,utm_content,device_type,os,browser,country,region,city,score,score_scale,comment') as properties
  from raw
), priced_events as (
  select *,
    coalesce(blank_to_null(revenue), money_text(try_cast(cast(money_of(price, source_decimal_mark()) as decimal(25, 4))
      * try_cast(number_of(quantity, source_decimal_mark()) as decimal(12, 3)) as decimal(18, 4))),
      case when money_of(price, source_decimal_mark()) is null then price end) as amount
  from events
)
select
  object_id, row_number, loaded_at,
  event_id as native_id,
  time_text as occurred_at,
  received_text as received_at,
  coalesce(snake_case(event), case
    when startswith(trim(quantity), '-') or startswith(trim(amount), '-') then 'order_line_returned'
    when order_id is not null then 'order_line' else 'event' end) as event_type,
  channel,
  nullif(source_stream(), 'offline') as stream,
  blank_to_null(device_id) as device_key,
  blank_to_null(session_hint) as session_hint,
  concat_ws(chr(31), identifier('customer_id', customer), identifier('user_id', user_id), identifier('email', email),
    identifier('phone', phone), identifier('external_id', external_id), identifier('device_id', device_id)) as identifiers,
  page_url, page_title, referrer_url, user_agent, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
  device_type, os, browser, country, region, city,
  order_id, product, quantity, amount as revenue, currency, score, score_scale, comment as sentiment_text, properties
from priced_events
