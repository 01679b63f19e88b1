-- One row per ad-spend record that a source file found in an object, typed, with the reason when that is not possible.
with typed as (
  select object_id, row_number, blank_to_null(native_id) as native_id, coalesce(precedence, 0) as precedence,
    micros_of(blank_to_null(spend_on), 'UTC', '') as spend_us,
    platform, account_id, campaign_id, campaign, ad_group_id, ad_group, ad_id, ad,
    money_of(blank_to_null(spend), source_decimal_mark()) as spend,
    upper(coalesce(blank_to_null(currency), nullif(source_currency(), ''))) as currency,
    blank_to_null(clicks) as clicks_text, number_of(blank_to_null(clicks), source_decimal_mark()) as clicks_number,
    blank_to_null(impressions) as impressions_text, number_of(blank_to_null(impressions), source_decimal_mark()) as impressions_number,
    reject_reason
  from ad_spend_rows
), counted as (
  -- Half a click is none: engines round it each in its own way.
  select object_id, row_number, native_id, precedence, spend_us, platform, account_id, campaign_id, campaign, ad_group_id, ad_group,
    ad_id, ad, spend, currency, clicks_text, impressions_text,
    case when clicks_number % 1 = 0 then try_cast(clicks_number as bigint) end as clicks,
    case when impressions_number % 1 = 0 then try_cast(impressions_number as bigint) end as impressions,
    reject_reason
  from typed
)
select
  object_id,
  cast(row_number as bigint) as row_number,
  source_name() as source,
  id_of(concat_ws(chr(31), source_name(), coalesce(native_id, concat_ws('|', cast(spend_us as string), platform,
    coalesce(account_id, ''), coalesce(campaign_id, campaign, ''), coalesce(ad_group_id, ''), coalesce(ad_id, ''))))) as record_id,
  cast(precedence as bigint) as precedence,
  cast(timestamp_of_micros(spend_us) as date) as spend_on,
  platform, account_id, campaign_id, campaign, ad_group_id, ad_group, ad_id, ad,
  cast(spend as decimal(18,4)) as spend,
  currency,
  clicks,
  impressions,
  case
    when reject_reason is not null then reject_reason
    when spend_us is null then 'unparseable_time'
    when spend is null then 'unparseable_spend'
    when spend_us < run_since_micros() or spend_us >= run_until_micros() then 'outside_interval'
  end as reject_reason,
  nullif(concat_ws(',',
    case when clicks_text is not null and clicks is null then 'unparseable_clicks' end,
    case when impressions_text is not null and impressions is null then 'unparseable_impressions' end), '') as value_problems
from counted
