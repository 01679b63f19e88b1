-- One row per Klaviyo event or profile, from the API's JSON or the tables event and person.
with records as (
  select object_id, row_number, loaded_at,
    get_json_object(payload, '$.id') as id,
    get_json_object(payload, '$.type') as record_type,
    coalesce(get_json_object(payload, '$.included_metric_name'), get_json_object(payload, '$.metric_name'), get_json_object(payload, '$.attributes.metric.name'),
      nullif(nullif(get_json_object(payload, '$.type'), 'event'), 'profile')) as metric_name,
    coalesce(get_json_object(payload, '$.relationships.metric.data.id'), get_json_object(payload, '$.metric_id')) as metric_id,
    coalesce(get_json_object(payload, '$.relationships.profile.data.id'), get_json_object(payload, '$.person_id'), get_json_object(payload, '$.profile_id')) as profile_id,
    coalesce(get_json_object(payload, '$.included_profile_email'), get_json_object(payload, '$.attributes.email'), get_json_object(payload, '$.email')) as email,
    coalesce(get_json_object(payload, '$.attributes.phone_number'), get_json_object(payload, '$.phone_number')) as phone,
    coalesce(get_json_object(payload, '$.attributes.external_id'), get_json_object(payload, '$.external_id')) as external_id,
    coalesce(get_json_object(payload, '$.attributes.datetime'), get_json_object(payload, '$.attributes.timestamp'),
      get_json_object(payload, '$.datetime'), get_json_object(payload, '$.timestamp')) as time_text,
    coalesce(get_json_object(payload, '$.attributes.event_properties.$value'), get_json_object(payload, '$.property_value')) as value,
    coalesce(get_json_object(payload, '$.attributes.event_properties.$currency_code'), get_json_object(payload, '$.attributes.event_properties.$currency'),
      get_json_object(payload, '$.property_currency_code')) as currency,
    coalesce(get_json_object(payload, '$.attributes.event_properties.$event_id'), get_json_object(payload, '$.attributes.event_properties.OrderId'),
      get_json_object(payload, '$.property_event_id')) as shop_event_id,
    coalesce(get_json_object(payload, '$.attributes.event_properties.URL'), get_json_object(payload, '$.property_url'), get_json_object(payload, '$.property_page')) as url,
    coalesce(get_json_object(payload, '$.attributes.event_properties.Subject'), get_json_object(payload, '$.property_subject')) as subject,
    coalesce(get_json_object(payload, '$.attributes.event_properties.Campaign Name'), get_json_object(payload, '$.property_campaign_name')) as campaign_name,
    coalesce(get_json_object(payload, '$.attributes.event_properties.ProductID'), get_json_object(payload, '$.property_product_id')) as product,
    coalesce(get_json_object(payload, '$.attributes.first_name'), get_json_object(payload, '$.first_name')) as first_name,
    coalesce(get_json_object(payload, '$.attributes.last_name'), get_json_object(payload, '$.last_name')) as last_name,
    coalesce(get_json_object(payload, '$.attributes.organization'), get_json_object(payload, '$.organization')) as company,
    coalesce(get_json_object(payload, '$.attributes.location.country'), get_json_object(payload, '$.country')) as country,
    coalesce(get_json_object(payload, '$.attributes.location.city'), get_json_object(payload, '$.city')) as city,
    coalesce(get_json_object(payload, '$.attributes.updated'), get_json_object(payload, '$.updated')) as updated_text,
    is_true(get_json_object(payload, '$.fivetran_deleted')) as is_deleted
  from raw
), typed_records as (
  select *,
    case when record_type = 'profile' or (profile_id is null and coalesce(email, phone, external_id) is not null) then 'profile'
      when time_text is not null and profile_id is not null then 'event' else 'unknown' end as shape,
    lower(metric_name) as metric
  from records
)
select
  object_id, row_number, loaded_at,
  case when is_deleted or shape = 'unknown' then 'ignored' when shape = 'profile' then 'profile' else 'touchpoint' end as record_kind,
  case when is_deleted then 'deleted' when shape = 'unknown' then 'unknown_record' end as reject_reason,
  case when shape = 'profile' then 'profile:' || id else id end as native_id,
  micros_of(updated_text, 'UTC', '') as precedence,
  time_text as occurred_at,
  case metric when 'received email' then 'email_delivered' when 'opened email' then 'email_open' when 'clicked email' then 'email_click'
    when 'bounced email' then 'email_bounce' when 'dropped email' then 'email_dropped' when 'marked email as spam' then 'email_spam_report'
    when 'unsubscribed' then 'email_unsubscribe' when 'unsubscribed from list' then 'email_unsubscribe' when 'unsubscribed from email marketing' then 'email_unsubscribe'
    when 'subscribed to list' then 'email_subscribe' when 'subscribed to email marketing' then 'email_subscribe'
    when 'received sms' then 'sms_delivered' when 'clicked sms' then 'sms_click' when 'consented to receive sms' then 'sms_subscribe'
    when 'placed order' then 'order_completed' when 'refunded order' then 'order_refunded' when 'cancelled order' then 'order_cancelled'
    when 'fulfilled order' then 'order_fulfilled' when 'started checkout' then 'checkout_started' when 'added to cart' then 'product_added'
    when 'viewed product' then 'product_viewed' when 'active on site' then 'page_view'
    else coalesce(snake_case(metric_name), 'metric_' || lower(metric_id)) end as event_type,
  case when contains(metric, 'email') or metric in ('unsubscribed', 'subscribed to list', 'unsubscribed from list') then 'Email'
    when contains(metric, 'sms') then 'SMS' end as channel,
  case when metric in ('active on site', 'viewed product', 'added to cart') then 'web' end as stream,
  concat_ws(chr(31), identifier('klaviyo_profile_id', case when shape = 'profile' then id else profile_id end), identifier('email', email),
    identifier('phone', phone), identifier('external_id', external_id)) as identifiers,
  concat_ws(chr(31), attribute('first_name', first_name), attribute('last_name', last_name), attribute('company', company),
    attribute('country', country), attribute('city', city)) as attributes,
  case when metric in ('active on site', 'viewed product') then url end as page_url,
  url_param(url, 'utm_source') as utm_source, url_param(url, 'utm_medium') as utm_medium, url_param(url, 'utm_campaign') as utm_campaign,
  case when metric in ('placed order', 'refunded order', 'cancelled order', 'fulfilled order') then shop_event_id end as order_id,
  product,
  case when metric = 'placed order' then value when metric = 'refunded order' then negative_text(value) end as revenue,
  currency,
  json_of_fields(concat_ws(',', json_field('metric', metric_name), json_field('subject', blank_to_null(subject)), json_field('campaign_name', blank_to_null(campaign_name)),
    json_field('url', blank_to_null(url)))) as properties
from typed_records
