-- One row per day and ad (or campaign) of Google Ads, from report CSV, the API's JSON or the tables ad_stats and campaign_stats.
with reports as (
  select object_id, row_number, loaded_at,
    coalesce(get_json_object(payload, '$.segments.date'), get_json_object(payload, '$.day'), get_json_object(payload, '$.date')) as day_text,
    coalesce(get_json_object(payload, '$.customer.id'), get_json_object(payload, '$.customer_id')) as account_id,
    coalesce(get_json_object(payload, '$.customer.descriptiveName'), get_json_object(payload, '$.account_name'), get_json_object(payload, '$.account')) as account_name,
    coalesce(get_json_object(payload, '$.customer.currencyCode'), get_json_object(payload, '$.currency_code')) as currency,
    coalesce(get_json_object(payload, '$.campaign.id'), get_json_object(payload, '$.campaign_id'), get_json_object(payload, '$.id')) as campaign_id,
    coalesce(get_json_object(payload, '$.campaign.name'), get_json_object(payload, '$.campaign_name'),
      case when get_json_object(payload, '$.campaign.id') is null then get_json_object(payload, '$.campaign') end) as campaign,
    coalesce(get_json_object(payload, '$.adGroup.id'), get_json_object(payload, '$.ad_group_id')) as ad_group_id,
    coalesce(get_json_object(payload, '$.adGroup.name'), get_json_object(payload, '$.ad_group')) as ad_group,
    coalesce(get_json_object(payload, '$.adGroupAd.ad.id'), get_json_object(payload, '$.ad_id')) as ad_id,
    coalesce(get_json_object(payload, '$.adGroupAd.ad.name'), get_json_object(payload, '$.ad_name')) as ad,
    coalesce(get_json_object(payload, '$.segments.device'), get_json_object(payload, '$.device')) as device,
    coalesce(get_json_object(payload, '$.segments.adNetworkType'), get_json_object(payload, '$.ad_network_type')) as network,
    coalesce(get_json_object(payload, '$.keyword_ad_group_criterion'), get_json_object(payload, '$.segments.keyword.adGroupCriterion')) as keyword,
    concat_ws('|', get_json_object(payload, '$.adGroupCriterion.criterionId'), get_json_object(payload, '$.criterion_id'), get_json_object(payload, '$.segments.keyword.info.text'),
      get_json_object(payload, '$.search_keyword'), get_json_object(payload, '$.keyword'), get_json_object(payload, '$.segments.keyword.info.matchType'),
      get_json_object(payload, '$.search_keyword_match_type'), get_json_object(payload, '$.match_type'), get_json_object(payload, '$.searchTermView.searchTerm'),
      get_json_object(payload, '$.search_term'), get_json_object(payload, '$.segments.hour'), get_json_object(payload, '$.hour'), get_json_object(payload, '$.hour_of_the_day'),
      get_json_object(payload, '$.segments.slot'), get_json_object(payload, '$.segments.clickType'), get_json_object(payload, '$.click_type'),
      get_json_object(payload, '$.geographicView.countryCriterionId'), get_json_object(payload, '$.country_territory')) as other_segments,
    coalesce(get_json_object(payload, '$.metrics.costMicros'), get_json_object(payload, '$.cost_micros')) as cost_micros,
    get_json_object(payload, '$.cost') as cost,
    coalesce(get_json_object(payload, '$.metrics.clicks'), get_json_object(payload, '$.clicks')) as clicks_text,
    coalesce(get_json_object(payload, '$.metrics.impressions'), get_json_object(payload, '$.impressions'), get_json_object(payload, '$.impr')) as impressions_text,
    get_json_object(payload, '$.fivetran_synced') as synced_text
  from raw
)
select
  object_id, row_number, loaded_at,
  concat_ws('|', substr(day_text, 1, 10), coalesce(account_id, ''), coalesce(campaign_id, campaign, ''), coalesce(ad_group_id, ad_group, ''), coalesce(ad_id, ad, ''),
    coalesce(device, ''), coalesce(network, ''), coalesce(keyword, ''), nullif(other_segments, ''),
    case when coalesce(account_id, '') = '' then nullif(concat_ws('|', account_name, currency), '') end) as native_id,
  micros_of(synced_text, 'UTC', '') as precedence,
  substr(day_text, 1, 10) as spend_on,
  'google_ads' as platform,
  account_id, campaign_id, campaign, ad_group_id, ad_group, ad_id, ad,
  coalesce(money_text(cast(try_cast(cost_micros as decimal(18, 0)) * 0.000001 as decimal(18, 6))), cost) as spend,
  currency,
  -- What a report does not know it writes as two hyphens.
  nullif(trim(clicks_text), '--') as clicks, nullif(trim(impressions_text), '--') as impressions,
  case when startswith(lower(trim(coalesce(day_text, ''))), 'total') or startswith(lower(trim(coalesce(campaign, ''))), 'total:') then 'total_row'
    when coalesce(cost_micros, cost) is null then 'unknown_record' end as reject_reason
from reports
