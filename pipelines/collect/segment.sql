-- One row per Segment message, from the NDJSON archive or the warehouse tables (pages, tracks, identifies, aliases, groups).
with messages as (
  select object_id, row_number, loaded_at,
    -- In the tables, which have no messageId, a column type is a property of the event.
    coalesce(case when get_json_object(payload, '$.messageId') is not null
        or get_json_object(payload, '$.type') in ('track', 'page', 'screen', 'identify', 'alias', 'group') then get_json_object(payload, '$.type') end,
      case when get_json_object(payload, '$.event') is not null then 'track'
        when get_json_object(payload, '$.previous_id') is not null then 'alias'
        when get_json_object(payload, '$.group_id') is not null then 'group'
        when coalesce(get_json_object(payload, '$.url'), get_json_object(payload, '$.path')) is not null then 'page'
        when get_json_object(payload, '$.name') is not null and get_json_object(payload, '$.user_id') is null then 'screen'
        when get_json_object(payload, '$.user_id') is not null then 'identify' end, get_json_object(payload, '$.type')) as message_type,
    snake_case(get_json_object(payload, '$.event')) as event,
    coalesce(get_json_object(payload, '$.messageId'), get_json_object(payload, '$.id')) as message_id,
    coalesce(get_json_object(payload, '$.anonymousId'), get_json_object(payload, '$.anonymous_id')) as anonymous_id,
    coalesce(get_json_object(payload, '$.userId'), get_json_object(payload, '$.user_id')) as user_id,
    coalesce(get_json_object(payload, '$.previousId'), get_json_object(payload, '$.previous_id')) as previous_id,
    get_json_object(payload, '$.timestamp') as timestamp_text,
    get_json_object(payload, '$.originalTimestamp') as original_text,
    get_json_object(payload, '$.sentAt') as sent_text,
    coalesce(get_json_object(payload, '$.receivedAt'), get_json_object(payload, '$.received_at')) as received_text,
    coalesce(get_json_object(payload, '$.traits.email'), get_json_object(payload, '$.context.traits.email'), get_json_object(payload, '$.email')) as email,
    coalesce(get_json_object(payload, '$.traits.phone'), get_json_object(payload, '$.context.traits.phone'), get_json_object(payload, '$.phone')) as phone,
    coalesce(get_json_object(payload, '$.traits.firstName'), get_json_object(payload, '$.context.traits.firstName'), get_json_object(payload, '$.first_name')) as first_name,
    coalesce(get_json_object(payload, '$.traits.lastName'), get_json_object(payload, '$.context.traits.lastName'), get_json_object(payload, '$.last_name')) as last_name,
    coalesce(get_json_object(payload, '$.traits.plan'), get_json_object(payload, '$.context.traits.plan'), get_json_object(payload, '$.plan')) as plan,
    get_json_object(payload, '$.traits.name') as trait_name,
    get_json_object(payload, '$.traits.company.name') as company_name,
    get_json_object(payload, '$.channel') as sender,
    get_json_object(payload, '$.context.library.name') as library,
    get_json_object(payload, '$.context.device.id') as device_id,
    get_json_object(payload, '$.context.device.type') as device_type,
    get_json_object(payload, '$.context.os.name') as os_name,
    coalesce(get_json_object(payload, '$.context.userAgent'), get_json_object(payload, '$.context_user_agent')) as user_agent,
    coalesce(get_json_object(payload, '$.properties.url'), get_json_object(payload, '$.context.page.url'),
      get_json_object(payload, '$.url'), get_json_object(payload, '$.context_page_url')) as page_url,
    coalesce(get_json_object(payload, '$.context.page.search'), get_json_object(payload, '$.search')) as page_search,
    coalesce(get_json_object(payload, '$.context.page.title'), get_json_object(payload, '$.title')) as page_title,
    coalesce(get_json_object(payload, '$.context.page.referrer'), get_json_object(payload, '$.referrer')) as referrer,
    coalesce(get_json_object(payload, '$.context.campaign.source'), get_json_object(payload, '$.context_campaign_source')) as utm_source,
    coalesce(get_json_object(payload, '$.context.campaign.medium'), get_json_object(payload, '$.context_campaign_medium')) as utm_medium,
    coalesce(get_json_object(payload, '$.context.campaign.name'), get_json_object(payload, '$.context_campaign_name')) as utm_campaign,
    coalesce(get_json_object(payload, '$.context.campaign.term'), get_json_object(payload, '$.context_campaign_term')) as utm_term,
    coalesce(get_json_object(payload, '$.context.campaign.content'), get_json_object(payload, '$.context_campaign_content')) as utm_content,
    get_json_object(payload, '$.context.location.country') as country,
    coalesce(get_json_object(payload, '$.properties.order_id'), get_json_object(payload, '$.order_id')) as order_id,
    coalesce(get_json_object(payload, '$.properties.revenue'), get_json_object(payload, '$.revenue')) as revenue,
    coalesce(get_json_object(payload, '$.properties.total'), get_json_object(payload, '$.properties.value'),
      get_json_object(payload, '$.total'), get_json_object(payload, '$.value')) as order_total,
    coalesce(get_json_object(payload, '$.properties.currency'), get_json_object(payload, '$.currency')) as currency,
    coalesce(get_json_object(payload, '$.properties.product_id'), get_json_object(payload, '$.product_id')) as product_id,
    coalesce(get_json_object(payload, '$.properties.quantity'), get_json_object(payload, '$.quantity')) as quantity,
    get_json_object(payload, '$.properties') as properties
  from raw
)
select
  object_id, row_number, loaded_at,
  case when message_type in ('track', 'page', 'screen', 'identify') then 'touchpoint'
    when message_type in ('alias', 'group') then 'profile' else 'ignored' end as record_kind,
  case when message_type in ('track', 'page', 'screen', 'identify', 'alias', 'group') then null else 'unknown_message_type' end as reject_reason,
  message_id as native_id,
  -epoch_micros(try_cast(received_text as timestamp)) as precedence,
  coalesce(timestamp_text, case when original_text is not null and sent_text is not null and received_text is not null
      then cast(micros_of(received_text, 'UTC', '') - micros_of(sent_text, 'UTC', '') + micros_of(original_text, 'UTC', '') as string) end,
    original_text, received_text) as occurred_at,
  received_text as received_at,
  case message_type when 'page' then 'page_view' when 'screen' then 'screen_view' when 'track' then event else message_type end as event_type,
  case when message_type = 'screen' or device_type in ('ios', 'android') then 'app'
    when sender = 'server' or library in ('analytics-node', 'analytics-python', 'analytics-ruby', 'analytics-java', 'analytics-go', 'analytics-php', 'analytics.NET') then null
    else 'web' end as stream,
  coalesce(blank_to_null(anonymous_id), blank_to_null(device_id)) as device_key,
  concat_ws(chr(31), identifier('anonymous_id', anonymous_id), identifier('user_id', user_id),
    case when message_type = 'alias' then identifier('anonymous_id', previous_id) end,
    case when message_type = 'alias' then identifier('user_id', previous_id) end,
    identifier('email', email), identifier('phone', phone), identifier('device_id', device_id)) as identifiers,
  concat_ws(chr(31), attribute('first_name', first_name), attribute('last_name', last_name), attribute('plan', plan),
    attribute('company', case when message_type = 'group' then trait_name else company_name end)) as attributes,
  case when page_search is null or contains(page_url, '?') then page_url else page_url || page_search end as page_url,
  page_title, referrer as referrer_url, user_agent,
  utm_source, utm_medium, utm_campaign, utm_term, utm_content,
  case when device_type in ('ios', 'android') then 'mobile' else device_type end as device_type, os_name as os, country,
  order_id, product_id as product, quantity,
  case when message_type <> 'track' or event in ('checkout_started', 'checkout_step_viewed', 'checkout_step_completed', 'payment_info_entered',
      'order_updated', 'order_cancelled', 'cart_viewed', 'product_added', 'product_removed', 'product_viewed', 'product_clicked') then null
    when event = 'order_completed' then coalesce(revenue, order_total)
    when event = 'order_refunded' then negative_text(coalesce(revenue, order_total))
    else revenue end as revenue,
  currency,
  case when message_type <> 'identify' then properties end as properties
from messages
