-- One row per Stripe charge, refund, invoice, dispute, subscription step, checkout or customer, from webhook events, API objects, the payments CSV or the warehouse tables of the same.
-- Revenue stands on charges (and, negative, on refunds) alone: invoices, payment intents and checkouts tell of the same money.
with records as (
  select object_id, row_number, loaded_at,
    case when get_json_object(payload, '$.object') = 'event' then get_json_object(payload, '$.type') end as hook_type,
    case when get_json_object(payload, '$.object') = 'event' then get_json_object(payload, '$.id') end as hook_id,
    case when get_json_object(payload, '$.object') = 'event' then get_json_object(payload, '$.created') end as hook_text,
    coalesce(get_json_object(payload, '$.data.object.object'), nullif(get_json_object(payload, '$.object'), 'event')) as object_type,
    coalesce(get_json_object(payload, '$.data.object.id'),
      -- Rows of invoice lines are known by their invoice; charges name the one that they pay.
      case when substr(get_json_object(payload, '$.id'), 1, 3) in ('ch_', 'py_', 'pi_', 're_') then get_json_object(payload, '$.id') end,
      get_json_object(payload, '$.invoice_id'), get_json_object(payload, '$.id')) as id,
    coalesce(get_json_object(payload, '$.data.object.amount_captured'), get_json_object(payload, '$.amount_captured'),
      get_json_object(payload, '$.data.object.amount'), get_json_object(payload, '$.amount')) as amount,
    coalesce(get_json_object(payload, '$.data.object.currency'), get_json_object(payload, '$.currency')) as currency,
    case when coalesce(get_json_object(payload, '$.created_utc'), get_json_object(payload, '$.created_date_utc')) is not null and lower(get_json_object(payload, '$.status')) in ('refunded', 'partially refunded') then 'Paid'
      else coalesce(get_json_object(payload, '$.data.object.status'), get_json_object(payload, '$.status')) end as status,
    coalesce(get_json_object(payload, '$.data.object.created'), get_json_object(payload, '$.created'), get_json_object(payload, '$.created_utc'),
      get_json_object(payload, '$.created_date_utc')) as created_text,
    coalesce(get_json_object(payload, '$.created_utc'), get_json_object(payload, '$.created_date_utc')) as report_text,
    get_json_object(payload, '$.amount_refunded') as report_refunded,
    coalesce(get_json_object(payload, '$.data.object.status_transitions.paid_at'), get_json_object(payload, '$.status_transitions.paid_at'), get_json_object(payload, '$.period_end')) as paid_text,
    coalesce(get_json_object(payload, '$.data.object.ended_at'), get_json_object(payload, '$.ended_at'),
      get_json_object(payload, '$.data.object.canceled_at'), get_json_object(payload, '$.canceled_at')) as ended_text,
    coalesce(get_json_object(payload, '$.data.object.current_period_start'), get_json_object(payload, '$.current_period_start'), get_json_object(payload, '$.billing_cycle_anchor')) as period_text,
    coalesce(get_json_object(payload, '$.data.object.billing_reason'), get_json_object(payload, '$.billing_reason'), get_json_object(payload, '$.amount_due')) as invoice_mark,
    get_json_object(payload, '$.balance') as balance,
    -- What the API was asked to expand is an object.
    coalesce(get_json_object(payload, '$.data.object.customer.id'), get_json_object(payload, '$.data.object.customer'),
      get_json_object(payload, '$.customer.id'), get_json_object(payload, '$.customer'), get_json_object(payload, '$.customer_id')) as customer_id,
    coalesce(get_json_object(payload, '$.data.object.charge.id'), get_json_object(payload, '$.data.object.charge'),
      get_json_object(payload, '$.charge.id'), get_json_object(payload, '$.charge'), get_json_object(payload, '$.charge_id')) as charge_id,
    coalesce(get_json_object(payload, '$.data.object.receipt_email'), get_json_object(payload, '$.receipt_email'),
      get_json_object(payload, '$.data.object.billing_details.email'), get_json_object(payload, '$.billing_details.email'),
      get_json_object(payload, '$.data.object.customer_email'), get_json_object(payload, '$.customer_email'),
      get_json_object(payload, '$.data.object.customer_details.email'), get_json_object(payload, '$.customer_details.email'),
      get_json_object(payload, '$.data.object.email'), get_json_object(payload, '$.email')) as email,
    coalesce(get_json_object(payload, '$.data.object.billing_details.phone'), get_json_object(payload, '$.billing_details.phone'),
      get_json_object(payload, '$.data.object.phone'), get_json_object(payload, '$.phone')) as phone,
    coalesce(get_json_object(payload, '$.data.object.name'), get_json_object(payload, '$.name')) as name,
    coalesce(get_json_object(payload, '$.data.object.client_reference_id'), get_json_object(payload, '$.client_reference_id')) as client_reference_id,
    coalesce(get_json_object(payload, '$.data.object.metadata'), get_json_object(payload, '$.metadata')) as metadata,
    coalesce(get_json_object(payload, '$.data.object.cancellation_details.comment'), get_json_object(payload, '$.cancellation_details.comment')) as cancel_comment,
    coalesce(get_json_object(payload, '$.data.object.cancellation_details.feedback'), get_json_object(payload, '$.cancellation_details.feedback')) as cancel_feedback,
    coalesce(get_json_object(payload, '$.data.object.reason'), get_json_object(payload, '$.reason')) as reason_text,
    coalesce(get_json_object(payload, '$.data.object.failure_code'), get_json_object(payload, '$.failure_code')) as failure_code,
    coalesce(get_json_object(payload, '$.data.object.plan.nickname'), get_json_object(payload, '$.plan.nickname'),
      get_json_object(payload, '$.data.object.items.data[0].price.nickname'), get_json_object(payload, '$.items.data[0].price.nickname')) as plan,
    coalesce(get_json_object(payload, '$.data.object.refunds.data'), get_json_object(payload, '$.refunds.data')) as refunds,
    coalesce(lower(get_json_object(payload, '$.livemode')) = 'false', lower(get_json_object(payload, '$.mode')) = 'test', false) as is_test,
    coalesce(lower(coalesce(get_json_object(payload, '$.data.object.captured'), get_json_object(payload, '$.captured'))), 'true') <> 'false' as is_captured,
    get_json_object(payload, '$.fivetran_synced') as synced_text,
    is_true(get_json_object(payload, '$.is_deleted')) as is_deleted
  from raw
), typed_records as (
  select *,
    coalesce(object_type, case when startswith(id, 'ch_') or startswith(id, 'py_') then 'charge' when startswith(id, 're_') or startswith(id, 'pyr_') then 'refund'
      when startswith(id, 'in_') or invoice_mark is not null then 'invoice' when startswith(id, 'pi_') then 'payment_intent'
      when startswith(id, 'du_') or startswith(id, 'dp_') then 'dispute' when startswith(id, 'cs_') then 'checkout.session'
      when startswith(id, 'sub_') or period_text is not null then 'subscription' when startswith(id, 'cus_') or balance is not null then 'customer' end) as shape,
    case when startswith(refunds, '[{') then array_join(array_sort(array_distinct(json_list(refunds, '$'))), chr(31)) end as refund_list
  from records
), listed_steps as (
  select *,
    explode(step_list) as step_entry
  from (
    select *, split_list(case
      when is_test then 'test_mode'
      when shape = 'charge' and hook_type = 'charge.refunded' then coalesce(refund_list, 'charge_refunded')
      when shape = 'charge' and report_text is not null and coalesce(number_of(report_refunded, source_decimal_mark()), 0) > 0 then 'charge' || chr(31) || 'report_refund'
      when shape = 'charge' then concat_ws(chr(31), 'charge', refund_list)
      when shape = 'subscription' and hook_type = 'customer.subscription.updated' then 'subscription_updated'
      when shape = 'subscription' and hook_type = 'customer.subscription.created' then 'subscription_created'
      when shape = 'subscription' and (hook_type = 'customer.subscription.deleted') then 'subscription_cancelled'
      when shape = 'subscription' and hook_type is not null then 'subscription_updated'
      when shape = 'subscription' and ended_text is not null and status in ('canceled', 'incomplete_expired', 'unpaid') then 'subscription_created' || chr(31) || 'subscription_cancelled'
      when shape = 'subscription' then 'subscription_created'
      when shape = 'payment_intent' then 'covered_by_charge'
      when shape in ('refund', 'invoice', 'dispute', 'customer', 'checkout.session') then shape else 'unknown_object' end, chr(31)) as step_list
    from typed_records) as listed
), steps as (
  -- A refund that its charge lists is told by the object of the refund.
  select *,
    case when startswith(step_entry, '{') then 'charge_refunded' else step_entry end as step,
    get_json_object(step_entry, '$.id') as refund_id,
    get_json_object(step_entry, '$.amount') as refund_amount,
    get_json_object(step_entry, '$.created') as refund_text,
    coalesce(get_json_object(step_entry, '$.status'), 'succeeded') as refund_status
  from listed_steps
)
select
  object_id, row_number, loaded_at,
  array_position(step_list, step_entry) - 1 as record_no,
  case when is_deleted or step in ('test_mode', 'covered_by_charge', 'unknown_object') then 'ignored' when step = 'customer' then 'profile' else 'touchpoint' end as record_kind,
  case when is_deleted then 'deleted' when step in ('test_mode', 'covered_by_charge', 'unknown_object') then step end as reject_reason,
  case step when 'charge' then 'charge:' || id || ':' || case when lower(status) = 'paid' then 'succeeded' else coalesce(lower(status), '') end when 'charge_refunded' then coalesce('refund:' || refund_id, hook_id)
    when 'report_refund' then 'charge:' || id || ':refunded' when 'refund' then 'refund:' || id when 'invoice' then 'invoice:' || id || ':' || coalesce(status, '')
    when 'dispute' then 'dispute:' || id when 'subscription_created' then 'subscription:' || id || ':created'
    when 'subscription_cancelled' then 'subscription:' || id || ':cancelled' when 'subscription_updated' then hook_id
    when 'customer' then 'customer:' || id when 'checkout.session' then 'checkout:' || id || ':' || coalesce(status, '') end as native_id,
  micros_of(coalesce(hook_text, synced_text), 'UTC', '') as precedence,
  case when step = 'subscription_cancelled' then coalesce(ended_text, hook_text) when step = 'subscription_updated' then hook_text
    when step = 'charge_refunded' then coalesce(refund_text, hook_text)
    when step = 'invoice' then coalesce(paid_text, hook_text, created_text) else created_text end as occurred_at,
  case when step = 'charge' and (lower(status) in ('succeeded', 'paid')) then 'charge_succeeded' when step = 'charge' then 'charge_' || lower(status)
    when step in ('charge_refunded', 'report_refund', 'refund') then 'charge_refunded' when step = 'invoice' and hook_type = 'invoice.payment_failed' then 'invoice_payment_failed'
    when step = 'invoice' then 'invoice_' || status     when step = 'checkout.session' then 'checkout_' || coalesce(status, 'created') when step = 'customer' then null else step end as event_type,
  concat_ws(chr(31), identifier('stripe_customer_id', case when step = 'customer' then id else customer_id end), identifier('email', email), identifier('phone', phone),
    identifier('user_id', coalesce(client_reference_id, get_json_object(metadata, '$.user_id'))), identifier('external_id', get_json_object(metadata, '$.external_id')),
    identifier('stripe_charge_id', case when shape = 'charge' then id else charge_id end)) as identifiers,
  case when step = 'customer' then attribute('full_name', name) when startswith(step, 'subscription') then attribute('plan', plan) end as attributes,
  get_json_object(metadata, '$.order_id') as order_id,
  case when step = 'charge' and lower(status) in ('succeeded', 'paid') and is_captured
      then case when report_text is not null then amount else coalesce(money_of_minor_units(amount, currency), amount || ' in minor units') end
    -- An authorisation that is let go is called refunded; no money has moved.
    when step in ('charge_refunded', 'report_refund') and not is_captured then null
    when step = 'charge_refunded' and refund_status in ('succeeded', 'pending') then coalesce(negative_text(money_of_minor_units(refund_amount, currency)), refund_amount || ' in minor units')
    when step = 'report_refund' then negative_text(report_refunded)
    when step = 'refund' and coalesce(status, 'succeeded') in ('succeeded', 'pending') then coalesce(negative_text(money_of_minor_units(amount, currency)), amount || ' in minor units') end as revenue,
  currency,
  case when step = 'subscription_cancelled' then cancel_comment end as sentiment_text,
  json_of_fields(concat_ws(',', json_field('status', status), json_field('reason', blank_to_null(coalesce(cancel_feedback, reason_text))),
    json_field('failure_code', blank_to_null(failure_code)), json_field('plan', plan))) as properties
from steps
