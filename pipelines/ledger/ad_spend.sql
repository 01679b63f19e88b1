-- One row per day, campaign and ad of an advertising account; of copies the greatest precedence survives.
with ranked as (
  select *,
    row_number() over (
      partition by record_id
      order by precedence desc nulls last, object_id nulls last, row_number nulls last
      rows between unbounded preceding and current row) as copy_no
  from ad_spend_records
  where reject_reason is null
)
select record_id as ad_spend_id, source, spend_on, platform, account_id, campaign_id, campaign,
  ad_group_id, ad_group, ad_id, ad, spend, currency, clicks, impressions
from ranked
where copy_no = 1
