-- One row per day, campaign and ad of an advertising account; of copies the greatest precedence survives.
select r.record_id as ad_spend_id, r.source, r.spend_on, r.platform, r.account_id, r.campaign_id, r.campaign,
  r.ad_group_id, r.ad_group, r.ad_id, r.ad, r.spend, r.currency, r.clicks, r.impressions
from ad_spend_records r
anti join duplicate_ad_spend d on d.object_id = r.object_id and d.row_number = r.row_number
where r.reject_reason is null
