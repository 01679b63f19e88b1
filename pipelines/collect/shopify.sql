-- One row per Shopify order, cancellation, refund, fulfilment, abandoned checkout, visit or customer, from orders JSON, the orders CSV or the warehouse tables of the same.
with records as (
  select object_id, row_number, loaded_at,
    get_json_object(payload, '$.id') as id,
    get_json_object(payload, '$.order_id') as of_order,
    get_json_object(payload, '$.name') as name,
    coalesce(get_json_object(payload, '$.processed_at'), get_json_object(payload, '$.created_at')) as processed_text,
    get_json_object(payload, '$.created_at') as created_text,
    get_json_object(payload, '$.updated_at') as updated_text,
    blank_to_null(get_json_object(payload, '$.cancelled_at')) as cancelled_text,
    blank_to_null(get_json_object(payload, '$.completed_at')) as completed_text,
    get_json_object(payload, '$.paid_at') as paid_text,
    coalesce(get_json_object(payload, '$.happened_at'), get_json_object(payload, '$.occurred_at')) as happened_text,
    get_json_object(payload, '$.cancel_reason') as cancel_reason,
    blank_to_null(coalesce(get_json_object(payload, '$.total_price'), get_json_object(payload, '$.total'), get_json_object(payload, '$.total_price_set_shop_amount'))) as total,
    coalesce(get_json_object(payload, '$.currency'), get_json_object(payload, '$.total_price_set_shop_currency_code'), get_json_object(payload, '$.currency_code')) as currency,
    blank_to_null(get_json_object(payload, '$.refunded_amount')) as refunded_amount,
    lower(coalesce(get_json_object(payload, '$.financial_status'), get_json_object(payload, '$.display_financial_status'))) as financial_status,
    get_json_object(payload, '$.source_name') as source_name,
    coalesce(get_json_object(payload, '$.customer.id'), get_json_object(payload, '$.customer_id')) as customer_id,
    -- An order at the till has an empty one of its own beside the customer's.
    coalesce(blank_to_null(get_json_object(payload, '$.email')), get_json_object(payload, '$.customer.email')) as email,
    coalesce(blank_to_null(get_json_object(payload, '$.phone')), get_json_object(payload, '$.customer.phone')) as phone,
    get_json_object(payload, '$.cart_token') as cart_token,
    coalesce(get_json_object(payload, '$.landing_site'), get_json_object(payload, '$.landing_site_base_url'), get_json_object(payload, '$.landing_page')) as landing_site,
    coalesce(get_json_object(payload, '$.referring_site'), get_json_object(payload, '$.referrer_url')) as referring_site,
    get_json_object(payload, '$.client_details.user_agent') as user_agent,
    is_true(get_json_object(payload, '$.test')) as is_test,
    is_true(get_json_object(payload, '$.fivetran_deleted')) as is_deleted,
    coalesce(get_json_object(payload, '$.line_items[0].sku'), get_json_object(payload, '$.lineitem_sku')) as product,
    get_json_object(payload, '$.line_items') as line_items,
    coalesce(get_json_object(payload, '$.lineitem_name'), get_json_object(payload, '$.fulfillable_quantity'), get_json_object(payload, '$.variant_id')) as line_mark,
    json_list(get_json_object(payload, '$.refunds'), '$') as refunds,
    json_list(get_json_object(payload, '$.fulfillments'), '$') as fulfillments,
    get_json_object(payload, '$.abandoned_checkout_url') as abandoned_checkout_url,
    get_json_object(payload, '$.fulfillment_id') as fulfillment_id,
    get_json_object(payload, '$.status') as fulfillment_status,
    get_json_object(payload, '$.restock') as restock,
    -- Webhooks of today count no orders.
    coalesce(get_json_object(payload, '$.orders_count'), get_json_object(payload, '$.verified_email')) as customer_mark,
    get_json_object(payload, '$.fivetran_synced') as synced_text,
    get_json_object(payload, '$.utm_parameters_source') as visit_source,
    get_json_object(payload, '$.utm_parameters_medium') as visit_medium,
    get_json_object(payload, '$.utm_parameters_campaign') as visit_campaign,
    get_json_object(payload, '$.first_name') as first_name,
    get_json_object(payload, '$.last_name') as last_name,
    coalesce(get_json_object(payload, '$.shipping_address.country_code'), get_json_object(payload, '$.shipping_address_country_code'), get_json_object(payload, '$.shipping_country')) as country,
    coalesce(get_json_object(payload, '$.shipping_address.city'), get_json_object(payload, '$.shipping_address_city'), get_json_object(payload, '$.shipping_city')) as city,
    coalesce(get_json_object(payload, '$.email_marketing_consent_state'), get_json_object(payload, '$.accepts_marketing')) as consent
  from raw
), typed_records as (
  select *,
    coalesce(id, name) as record_key,
    case when fulfillment_id is not null then 'fulfillment_event' when abandoned_checkout_url is not null then 'checkout'
      when restock is not null then 'refund' when happened_text is not null then 'visit' when customer_mark is not null then 'customer'
      when total is not null then 'order' when line_mark is not null then 'order_line' else 'unknown' end as shape
  from records
), refunds as (
  select object_id, row_number, is_deleted, currency, get_json_object(refund, '$.id') as refund_id, get_json_object(refund, '$.created_at') as refund_text,
    explode(refund_payment_list) as refund_payment
  from (
    select *, json_list(refund, '$.transactions') as refund_payment_list
    from (select object_id, row_number, is_deleted, currency, explode(refunds) as refund from typed_records where shape = 'order' and not is_test) as order_refunds) as listed
), fulfillments as (
  select object_id, row_number, is_deleted, explode(fulfillments) as fulfillment
  from typed_records
  where shape = 'order' and not is_test
), steps as (
  select object_id, row_number, 0 as record_no, shape as step, record_key as step_id,
    case when shape = 'order' then processed_text when shape in ('fulfillment_event', 'visit') then happened_text
      when shape = 'refund' then processed_text else created_text end as step_text,
    case when shape = 'order' and coalesce(financial_status, '') not in ('voided', 'expired') then total end as amount, currency,
    case when is_deleted then 'deleted' when is_test then 'test_order' when shape = 'order_line' then 'order_line'
      when shape = 'unknown' then 'unknown_record' when shape = 'checkout' and completed_text is not null then 'checkout_completed' end as reason
  from typed_records
  union all
  select object_id, row_number, 1, 'cancelled', record_key, cancelled_text, null, null, case when is_deleted then 'deleted' end
  from typed_records
  where shape = 'order' and cancelled_text is not null and not is_test
  union all
  select object_id, row_number, 2, 'refunded', record_key, coalesce(cancelled_text, paid_text, created_text), negative_text(refunded_amount), currency, case when is_deleted then 'deleted' end
  from typed_records
  where shape = 'order' and number_of(refunded_amount, source_decimal_mark()) > 0 and not is_test
  union all
  select object_id, row_number, 3, 'order_link', record_key, null, null, null, case when is_deleted then 'deleted' end
  from typed_records
  where shape = 'order' and synced_text is not null and not is_test
  union all
  select object_id, row_number, 3 + cast(row_number() over (partition by object_id, row_number order by refund_id nulls last, refund_payment nulls last
      rows between unbounded preceding and current row) as int), 'refund_payment', refund_id || ':' || get_json_object(refund_payment, '$.id'),
    coalesce(get_json_object(refund_payment, '$.processed_at'), get_json_object(refund_payment, '$.created_at'), refund_text),
    negative_text(get_json_object(refund_payment, '$.amount')), coalesce(get_json_object(refund_payment, '$.currency'), currency), case when is_deleted then 'deleted' end
  from refunds
  where coalesce(get_json_object(refund_payment, '$.status'), 'success') = 'success'
    -- A void lets an authorisation go: no money has moved.
    and coalesce(get_json_object(refund_payment, '$.kind'), 'refund') <> 'void'
  union all
  select object_id, row_number, 1000 + cast(row_number() over (partition by object_id, row_number order by fulfillment nulls last
      rows between unbounded preceding and current row) as int), 'fulfilled', get_json_object(fulfillment, '$.id'), get_json_object(fulfillment, '$.created_at'), null, null, case when is_deleted then 'deleted' end
  from fulfillments
  where coalesce(get_json_object(fulfillment, '$.status'), 'success') not in ('cancelled', 'error', 'failure')
)
select
  s.object_id, s.row_number, r.loaded_at, s.record_no,
  case when s.reason is not null then 'ignored' when s.step in ('customer', 'order_link') then 'profile' else 'touchpoint' end as record_kind,
  s.reason as reject_reason,
  case s.step when 'order' then 'order:' || s.step_id when 'cancelled' then 'order:' || s.step_id || ':cancelled' when 'refunded' then 'order:' || s.step_id || ':refunded'
    when 'order_link' then 'order:' || s.step_id || ':link' when 'refund' then 'refund:' || s.step_id when 'refund_payment' then 'refund:' || s.step_id
    when 'fulfilled' then 'fulfillment:' || s.step_id when 'fulfillment_event' then 'fulfillment_event:' || s.step_id when 'checkout' then 'checkout:' || s.step_id
    when 'visit' then 'visit:' || s.step_id when 'customer' then 'customer:' || s.step_id end as native_id,
  micros_of(trim(coalesce(r.updated_text, r.synced_text)), source_time_zone(), '') as precedence,
  s.step_text as occurred_at,
  case when s.step = 'order' then 'order_created' when s.step = 'cancelled' then 'order_cancelled'
    when s.step in ('refunded', 'refund', 'refund_payment') then 'order_refunded' when s.step = 'fulfilled' then 'order_fulfilled'
    when s.step = 'fulfillment_event' then 'order_' || snake_case(r.fulfillment_status) when s.step = 'checkout' then 'checkout_abandoned'
    when s.step = 'visit' then 'site_visit' end as event_type,
  case when s.step = 'order' and lower(r.source_name) in ('pos', 'point_of_sale') then 'Store' end as channel,
  case when s.step = 'visit' then 'web' end as stream,
  case when s.step in ('visit', 'refund', 'fulfillment_event') then identifier('shopify_order_id', r.of_order)
    else coalesce(nullif(concat_ws(chr(31), identifier('shopify_customer_id', case when s.step = 'customer' then r.id else r.customer_id end),
      identifier('email', r.email), identifier('phone', r.phone), identifier('cart_token', r.cart_token),
      case when s.step = 'order_link' then identifier('shopify_order_id', r.id) end), ''),
      case when r.shape = 'order' then identifier('shopify_order_id', r.record_key) end) end as identifiers,
  concat_ws(chr(31), attribute('first_name', r.first_name), attribute('last_name', r.last_name), attribute('country', r.country), attribute('city', r.city),
    attribute('consent_email', case when lower(r.consent) in ('true', 'subscribed') then 'true' when lower(r.consent) in ('false', 'not_subscribed', 'unsubscribed') then 'false' end)) as attributes,
  case when s.step = 'visit' then r.landing_site end as page_url,
  case when s.step in ('order', 'visit', 'checkout') then r.referring_site end as referrer_url,
  r.user_agent,
  case when s.step = 'visit' then r.visit_source when s.step in ('order', 'checkout') then url_param(r.landing_site, 'utm_source') end as utm_source,
  case when s.step = 'visit' then r.visit_medium when s.step in ('order', 'checkout') then url_param(r.landing_site, 'utm_medium') end as utm_medium,
  case when s.step = 'visit' then r.visit_campaign when s.step in ('order', 'checkout') then url_param(r.landing_site, 'utm_campaign') end as utm_campaign,
  case when s.step in ('order', 'checkout') then url_param(r.landing_site, 'utm_term') end as utm_term,
  case when s.step in ('order', 'checkout') then url_param(r.landing_site, 'utm_content') end as utm_content,
  case when s.step not in ('order', 'checkout', 'visit') then null when contains(r.landing_site, 'gclid=') then 'gclid' when contains(r.landing_site, 'fbclid=') then 'fbclid'
    when contains(r.landing_site, 'msclkid=') then 'msclkid' when contains(r.landing_site, 'ttclid=') then 'ttclid' end as click_id_type,
  case when s.step in ('customer', 'checkout', 'unknown') then null else coalesce(r.of_order, r.record_key) end as order_id,
  case when s.step = 'order' then r.product end as product,
  s.amount as revenue, s.currency,
  json_of_fields(concat_ws(',', json_field('name', case when s.step = 'order' then r.name end), json_field('financial_status', case when s.step = 'order' then r.financial_status end),
    json_field('source_name', case when s.step = 'order' then r.source_name end), json_field('cancel_reason', case when s.step = 'cancelled' then r.cancel_reason end),
    json_field('landing_site', case when s.step = 'order' then r.landing_site end))) as properties
from steps s
join typed_records r on r.object_id = s.object_id and r.row_number = s.row_number
