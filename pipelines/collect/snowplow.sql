-- One row per Snowplow event, from enriched TSV (131 columns) or the atomic events table with its context columns.
with events as (
  select object_id, row_number, loaded_at,
    get_json_object(payload, '$.event') as event,
    get_json_object(payload, '$.event_name') as event_name,
    get_json_object(payload, '$.event_id') as event_id,
    get_json_object(payload, '$.platform') as platform,
    coalesce(blank_to_null(get_json_object(payload, '$.true_tstamp')), blank_to_null(get_json_object(payload, '$.derived_tstamp')),
      get_json_object(payload, '$.collector_tstamp')) as occurred_text,
    get_json_object(payload, '$.collector_tstamp') as collector_text,
    get_json_object(payload, '$.dvce_created_tstamp') as created_text,
    get_json_object(payload, '$.dvce_sent_tstamp') as sent_text,
    get_json_object(payload, '$.user_id') as user_id,
    get_json_object(payload, '$.domain_userid') as domain_userid,
    get_json_object(payload, '$.network_userid') as network_userid,
    get_json_object(payload, '$.refr_domain_userid') as refr_domain_userid,
    get_json_object(payload, '$.domain_sessionid') as domain_sessionid,
    get_json_object(payload, '$.page_url') as page_url,
    get_json_object(payload, '$.page_title') as page_title,
    get_json_object(payload, '$.page_referrer') as page_referrer,
    get_json_object(payload, '$.useragent') as user_agent,
    get_json_object(payload, '$.mkt_source') as utm_source,
    get_json_object(payload, '$.mkt_medium') as utm_medium,
    get_json_object(payload, '$.mkt_campaign') as utm_campaign,
    get_json_object(payload, '$.mkt_term') as utm_term,
    get_json_object(payload, '$.mkt_content') as utm_content,
    get_json_object(payload, '$.mkt_clickid') as click_id,
    get_json_object(payload, '$.mkt_network') as click_network,
    get_json_object(payload, '$.geo_country') as country,
    get_json_object(payload, '$.geo_region_name') as region,
    get_json_object(payload, '$.geo_city') as city,
    get_json_object(payload, '$.dvce_type') as device_type,
    get_json_object(payload, '$.dvce_ismobile') as is_mobile,
    get_json_object(payload, '$.os_family') as os,
    get_json_object(payload, '$.br_family') as browser,
    get_json_object(payload, '$.se_category') as se_category,
    get_json_object(payload, '$.se_action') as se_action,
    get_json_object(payload, '$.se_label') as se_label,
    get_json_object(payload, '$.se_property') as se_property,
    get_json_object(payload, '$.se_value') as se_value,
    coalesce(get_json_object(payload, '$.tr_orderid'), get_json_object(payload, '$.ti_orderid')) as order_id,
    get_json_object(payload, '$.tr_total') as tr_total,
    get_json_object(payload, '$.tr_currency') as tr_currency,
    get_json_object(payload, '$.tr_total_base') as tr_total_base,
    get_json_object(payload, '$.base_currency') as base_currency,
    get_json_object(payload, '$.ti_sku') as product,
    get_json_object(payload, '$.ti_quantity') as quantity,
    get_json_object(payload, '$.contexts') as contexts,
    get_json_object(payload, '$.derived_contexts') as derived_contexts,
    coalesce(get_json_object(payload, '$.contexts_com_snowplowanalytics_snowplow_web_page_1'),
      get_json_object(payload, '$.contexts_com_snowplowanalytics_snowplow_web_page_1_0_0')) as web_page,
    coalesce(get_json_object(payload, '$.contexts_com_snowplowanalytics_snowplow_client_session_1'),
      get_json_object(payload, '$.contexts_com_snowplowanalytics_snowplow_client_session_1_0_1'),
      get_json_object(payload, '$.contexts_com_snowplowanalytics_snowplow_client_session_1_0_2')) as client_session,
    coalesce(get_json_object(payload, '$.contexts_com_iab_snowplow_spiders_and_robots_1'),
      get_json_object(payload, '$.contexts_com_iab_snowplow_spiders_and_robots_1_0_0')) as robots
  from raw
), events_with_contexts as (
  select *,
    case when web_page is not null then coalesce(get_json_object(web_page, '$[0].id'), get_json_object(web_page, '$.id'))
      when contains(contexts, '/web_page/') then regexp_extract(contexts, '/web_page/[^}]*"id"[^"]*"([^"]+)"', 1) end as page_view_id,
    case when client_session is not null then get_json_object(client_session, '$[0].userId')
      when contains(contexts, '/client_session/') then regexp_extract(contexts, '/client_session/[^}]*"userId"[^"]*"([^"]+)"', 1) end as client_user_id,
    case when client_session is not null then get_json_object(client_session, '$[0].sessionId')
      when contains(contexts, '/client_session/') then regexp_extract(contexts, '/client_session/[^}]*"sessionId"[^"]*"([^"]+)"', 1) end as client_session_id,
    coalesce(robots, derived_contexts) as bot_evidence
  from events
)
select
  object_id, row_number, loaded_at,
  case when event = 'page_ping' or event_name = 'page_ping' then 'engagement' else 'touchpoint' end as record_kind,
  event_id as native_id,
  -unix_micros(try_cast(collector_text as timestamp)) as precedence,
  occurred_text as occurred_at,
  collector_text as received_at,
  case when event = 'struct' then coalesce(snake_case(se_action), 'structured_event')
    else coalesce(snake_case(event_name), snake_case(event)) end as event_type,
  case when platform in ('mob', 'app', 'pc', 'tv', 'cnsl') then 'app' when platform in ('srv', 'iot') then null else 'web' end as stream,
  coalesce(blank_to_null(domain_userid), blank_to_null(client_user_id)) as device_key,
  coalesce(blank_to_null(domain_sessionid), blank_to_null(client_session_id)) as session_hint,
  concat_ws(chr(31), identifier('user_id', user_id), identifier('domain_userid', domain_userid), identifier('network_userid', network_userid),
    identifier('domain_userid', refr_domain_userid), identifier('device_id', client_user_id)) as identifiers,
  page_url, page_title, page_referrer as referrer_url, user_agent,
  utm_source, utm_medium, utm_campaign, utm_term, utm_content,
  case when blank_to_null(click_id) is null then null
    when lower(click_network) = 'google' then 'gclid' when lower(click_network) = 'facebook' then 'fbclid'
    when lower(click_network) = 'microsoft' then 'msclkid' when lower(click_network) = 'doubleclick' then 'dclid'
    else lower(click_network) end as click_id_type,
  case when lower(device_type) = 'tablet' then 'tablet' when lower(device_type) = 'mobile' or is_true(is_mobile) then 'mobile'
    when lower(device_type) = 'computer' then 'desktop' else lower(device_type) end as device_type,
  os, browser, country, region, city,
  order_id, product, quantity,
  coalesce(blank_to_null(tr_total), blank_to_null(tr_total_base)) as revenue,
  case when blank_to_null(tr_total) is not null then tr_currency else base_currency end as currency,
  coalesce(contains(bot_evidence, '"spiderOrRobot":true') or contains(bot_evidence, '"spiderOrRobot": true'), false) as is_bot,
  json_of_fields(concat_ws(',', json_field('page_view_id', blank_to_null(page_view_id)),
    json_field('device_created_at', created_text), json_field('device_sent_at', sent_text),
    json_field('category', se_category), json_field('label', se_label), json_field('property', se_property), json_field('value', se_value))) as properties
from events_with_contexts
