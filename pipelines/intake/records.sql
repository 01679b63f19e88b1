-- One row per record that a source file found in an object: the texts of the export typed once, with the reason when
-- that is not possible. Without an id of its own, or with one that a spreadsheet has rounded, a record is known by
-- its content and an occurrence number within its object, so that two true clicks stay two and the same file under
-- two names counts once. A record of a log is known by its place instead, since where a log was cut into objects says
-- nothing of it: their ids are that of the partition, a hyphen and an offset, and their row numbers count through the
-- partition.
with texts as (
  select
    object_id, row_number, loaded_at, record_no, record_kind, native_id, precedence, event_type, channel, stream,
    device_key, session_hint, identifiers, attributes, page_url, page_title, referrer_url, user_agent,
    utm_source, utm_medium, utm_campaign, utm_term, utm_content, click_id_type,
    device_type, os, browser, country, region, city, order_id, product, currency, score_scale, sentiment_text, is_bot,
    properties, reject_reason, occurred_at, received_at, revenue, quantity, score,
    blank_to_null(native_id) as native_text, blank_to_null(occurred_at) as occurred_text,
    blank_to_null(received_at) as received_text, blank_to_null(revenue) as revenue_text,
    blank_to_null(quantity) as quantity_text, blank_to_null(score) as score_text
  from source_rows
), typed as (
  select
    object_id, row_number, loaded_at,
    coalesce(record_no, 0) as record_no,
    coalesce(record_kind, 'touchpoint') as record_kind,
    case when is_rounded_id(native_text) then null else native_text end as native_id,
    coalesce(precedence, 0) as precedence,
    occurred_text,
    micros_of(occurred_text, source_time_zone(), source_time_format()) as occurred_us,
    case when is_date_only(occurred_text) or is_date_format(source_time_format()) then 'day' else 'instant' end as time_precision,
    micros_of(received_text, source_time_zone(), '') as received_us,
    event_type, channel, stream, device_key, session_hint,
    nullif(identifiers, '') as identifiers, nullif(attributes, '') as attributes,
    page_url, page_title, referrer_url, user_agent,
    utm_source, utm_medium, utm_campaign, utm_term, utm_content, click_id_type,
    device_type, os, browser, country, region, city,
    order_id, product, currency, score_scale, sentiment_text, is_bot, properties, reject_reason,
    revenue_text, money_of(revenue_text, source_decimal_mark()) as revenue,
    quantity_text, number_of(quantity_text, source_decimal_mark()) as quantity,
    score_text,
    case when score_scale = 'csat_good_bad' then case lower(score) when 'good' then 1 when 'bad' then 0 end
      else number_of(score_text, source_decimal_mark()) end as score
  from texts
), unnamed as (
  select object_id, row_number, coalesce(record_no, 0) as record_no, md5(concat_ws(chr(31),
      record_kind, occurred_at, received_at, event_type, identifiers, attributes, session_hint, page_url,
      order_id, revenue, quantity, product, score, sentiment_text, properties)) as content_hash
  from source_rows
  where blank_to_null(native_id) is null or is_rounded_id(native_id)
), occurrences as (
  select object_id, row_number, record_no, content_hash,
    row_number() over (partition by object_id, content_hash, record_no order by row_number nulls last
      rows between unbounded preceding and current row) as occurrence
  from unnamed
)
select
  t.object_id,
  cast(t.row_number as bigint) as row_number,
  cast(t.record_no as int) as record_no,
  source_name() as source,
  t.record_kind,
  case
    when t.native_id is not null then id_of(concat_ws(chr(31), source_name(), 'id', t.native_id))
    when contains(t.object_id, '-') then id_of(concat_ws(chr(31), source_name(), 'log', split_part(t.object_id, '-', 1),
      cast(t.row_number as string), cast(t.record_no as string)))
    else id_of(concat_ws(chr(31), source_name(), 'content', o.content_hash, cast(t.record_no as string),
      cast(o.occurrence as string)))
  end as record_id,
  t.native_id,
  cast(t.precedence as bigint) as precedence,
  timestamp_of_micros(t.occurred_us) as occurred_at,
  t.time_precision,
  timestamp_of_micros(t.received_us) as received_at,
  t.loaded_at,
  t.event_type, t.channel, t.stream, t.device_key, t.session_hint,
  t.identifiers, case when t.identifiers is not null then id_of(t.identifiers) end as identifier_set_id,
  t.attributes,
  t.page_url, t.page_title, t.referrer_url, t.user_agent,
  t.utm_source, t.utm_medium, t.utm_campaign, t.utm_term, t.utm_content, t.click_id_type,
  t.device_type, t.os, t.browser, t.country, t.region, t.city,
  t.order_id, t.product,
  cast(t.quantity as double) as quantity,
  cast(t.revenue as decimal(18,4)) as revenue,
  case when t.revenue is not null then coalesce(upper(blank_to_null(t.currency)), nullif(source_currency(), '')) end as currency,
  cast(t.score as double) as score,
  t.score_scale, t.sentiment_text,
  coalesce(t.is_bot, false) as is_bot,
  -- By itself, so that nobody has to read the wide properties for it.
  case when contains(t.properties, 'page_view_id') then get_json_object(t.properties, '$.page_view_id') end as view_key,
  t.properties,
  case
    when t.reject_reason is not null then t.reject_reason
    when t.record_kind = 'ignored' then 'ignored'
    when t.identifiers is null then 'no_identifier'
    when t.record_kind = 'profile' then null
    when t.occurred_text is null then 'missing_time'
    when t.occurred_us is null then 'unparseable_time'
    when t.occurred_us < micros_of(collect_earliest_date() || 'T00:00:00', 'UTC', '') then 'time_before_earliest_date'
    -- The noon of a day may be yet to come when its record is received.
    when t.occurred_us - case when t.time_precision = 'day' then 43200000000 else 0 end
      > coalesce(t.received_us, epoch_micros(t.loaded_at)) + collect_future_tolerance_minutes() * 60000000 then 'time_in_future'
    when t.occurred_us < run_since_micros() or t.occurred_us >= run_until_micros() then 'outside_interval'
  end as reject_reason,
  nullif(concat_ws(',',
    case when t.revenue_text is not null and t.revenue is null then 'unparseable_revenue' end,
    case when t.quantity_text is not null and t.quantity is null then 'unparseable_quantity' end,
    case when t.score_text is not null and t.score is null then 'unparseable_score' end), '') as value_problems
from typed t
left join occurrences o
  on o.object_id = t.object_id and o.row_number = t.row_number and o.record_no = t.record_no
