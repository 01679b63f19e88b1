-- One row per day and ad of Meta Ads, from Insights JSON or CSV or the table basic_ad.
-- The CSV names its currency in the header, Amount spent (EUR); the currency is taken from there.
with insights as (
  select object_id, row_number, loaded_at,
    coalesce(get_json_object(payload, '$.date_start'), get_json_object(payload, '$.reporting_starts'), get_json_object(payload, '$.date')) as day_text,
    coalesce(get_json_object(payload, '$.date_stop'), get_json_object(payload, '$.reporting_ends')) as stop_text,
    get_json_object(payload, '$.account_id') as account_id,
    get_json_object(payload, '$.account_name') as account_name,
    get_json_object(payload, '$.campaign_id') as campaign_id,
    get_json_object(payload, '$.campaign_name') as campaign,
    coalesce(get_json_object(payload, '$.adset_id'), get_json_object(payload, '$.ad_set_id')) as ad_group_id,
    coalesce(get_json_object(payload, '$.adset_name'), get_json_object(payload, '$.ad_set_name')) as ad_group,
    get_json_object(payload, '$.ad_id') as ad_id,
    get_json_object(payload, '$.ad_name') as ad,
    coalesce(get_json_object(payload, '$.publisher_platform'), get_json_object(payload, '$.platform')) as placement,
    get_json_object(payload, '$.age') as age,
    get_json_object(payload, '$.gender') as gender,
    concat_ws('|', get_json_object(payload, '$.country'), get_json_object(payload, '$.region'), get_json_object(payload, '$.dma'), get_json_object(payload, '$.dma_region'),
      get_json_object(payload, '$.platform_position'), get_json_object(payload, '$.placement'), get_json_object(payload, '$.impression_device'),
      get_json_object(payload, '$.device_platform'), get_json_object(payload, '$.product_id'),
      get_json_object(payload, '$.hourly_stats_aggregated_by_advertiser_time_zone'), get_json_object(payload, '$.hourly_stats_aggregated_by_audience_time_zone'),
      get_json_object(payload, '$.time_of_day_ad_account_time_zone'), get_json_object(payload, '$.time_of_day_viewer_s_time_zone')) as breakdowns,
    coalesce(get_json_object(payload, '$.spend'), get_json_object(payload, '$.amount_spent'),
      nullif(regexp_extract(payload, '"amount_spent_[a-z]{3}":"([^"]*)"', 1), '')) as spend,
    coalesce(get_json_object(payload, '$.account_currency'), get_json_object(payload, '$.currency'),
      nullif(regexp_extract(payload, '"amount_spent_([a-z]{3})":', 1), '')) as currency,
    coalesce(get_json_object(payload, '$.clicks'), get_json_object(payload, '$.clicks_all'), get_json_object(payload, '$.inline_link_clicks'), get_json_object(payload, '$.link_clicks')) as clicks,
    get_json_object(payload, '$.impressions') as impressions,
    get_json_object(payload, '$.fivetran_synced') as synced_text
  from raw
)
select
  object_id, row_number, loaded_at,
  concat_ws('|', substr(day_text, 1, 10), coalesce(account_id, ''), coalesce(campaign_id, campaign, ''), coalesce(ad_group_id, ad_group, ''), coalesce(ad_id, ad, ''),
    coalesce(placement, ''), coalesce(age, ''), coalesce(gender, ''), nullif(breakdowns, ''),
    case when coalesce(account_id, '') = '' then nullif(concat_ws('|', account_name, currency), '') end) as native_id,
  micros_of(synced_text, 'UTC', '') as precedence,
  substr(day_text, 1, 10) as spend_on,
  'meta_ads' as platform,
  account_id, campaign_id, campaign, ad_group_id, ad_group, ad_id, ad,
  spend, currency, clicks, impressions,
  case when spend is null then 'unknown_record' when blank_to_null(day_text) is null then 'total_row'
    when stop_text is not null and substr(stop_text, 1, 10) <> substr(day_text, 1, 10) then 'not_daily' end as reject_reason
from insights
