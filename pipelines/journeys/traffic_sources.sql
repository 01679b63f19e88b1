-- One row per kind of evidence where a visitor came from, with its channel: campaign parameters, else a click id,
-- else the referrer's host; then the rules of GA4's default channel group in their order, first match first.
with evidence as (
  select evidence,
    nullif(split_part(evidence, chr(31), 1), '') as source,
    nullif(split_part(evidence, chr(31), 2), '') as medium,
    nullif(split_part(evidence, chr(31), 3), '') as campaign,
    nullif(split_part(evidence, chr(31), 4), '') as click_id_type,
    nullif(split_part(evidence, chr(31), 5), '') as host
  from customer_events
  where evidence is not null
  group by evidence
), names as (
  select e.evidence, coalesce(e.source, e.medium, e.campaign) is not null as has_campaign,
    case
      when coalesce(e.source, e.medium, e.campaign) is not null then e.source
      when e.click_id_type is not null then k.source
      else e.host
    end as source,
    e.medium, e.campaign, e.click_id_type, k.medium as click_medium
  from evidence e
  left join click_ids k on k.click_id_type = e.click_id_type
), categories as (
  select n.source, max_by(c.category, struct(length(c.source), c.source)) as category
  from (select distinct source from names where source is not null) n
  join source_categories c on n.source = c.source or endswith(n.source, '.' || c.source)
    or (c.any_domain and contains('.' || n.source || '.', '.' || c.source || '.'))
  group by n.source
), sources as (
  select n.evidence, n.source, n.campaign, n.click_id_type, c.category,
    case
      when n.has_campaign then n.medium
      when n.click_id_type is not null then n.click_medium
      when c.category = 'search' then 'organic'
      when c.category = 'email' then 'email'
      else 'referral'
    end as medium
  from names n
  left join categories c on c.source = n.source
), facts as (
  select evidence, source, medium, campaign, click_id_type,
    coalesce(category, '') as category,
    coalesce(source, '') as from_source, coalesce(medium, '') as by_medium,
    regexp_like(coalesce(medium, ''), '^(.*cp.*|ppc|retargeting|paid.*)$') as is_paid,
    coalesce(category, '') = 'shopping' or regexp_like(coalesce(campaign, ''), '^(.*(([^a-df-z]|^)shop|shopping).*)$') as is_shopping,
    contains(coalesce(campaign, ''), 'cross-network') as is_cross_network
  from sources
), ruled as (
  select evidence, source, medium, campaign, click_id_type, nullif(category, '') as category,
    case
      when from_source = '(direct)' and by_medium in ('', '(none)', '(not set)') then 'direct'
      when is_cross_network then 'cross_network'
      when is_shopping and is_paid then 'paid_shopping'
      when category = 'search' and is_paid then 'paid_search'
      when category = 'social' and is_paid then 'paid_social'
      when category = 'video' and is_paid then 'paid_video'
      when by_medium in ('display', 'banner', 'expandable', 'interstitial', 'cpm') then 'display'
      when is_paid then 'paid_other'
      when is_shopping then 'organic_shopping'
      when category = 'social' or by_medium in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media') then 'organic_social'
      when category = 'video' or contains(by_medium, 'video') then 'organic_video'
      when category = 'search' or by_medium = 'organic' then 'organic_search'
      when by_medium in ('referral', 'app', 'link') then 'referral'
      when by_medium in ('email', 'e-mail', 'e_mail', 'e mail') or from_source in ('email', 'e-mail', 'e_mail', 'e mail') then 'email'
      when by_medium = 'affiliate' then 'affiliates'
      when by_medium = 'audio' then 'audio'
      when by_medium = 'sms' or from_source = 'sms' then 'sms'
      when endswith(by_medium, 'push') or contains(by_medium, 'mobile') or contains(by_medium, 'notification') or from_source = 'firebase' then 'mobile_push'
      else 'unassigned'
    end as channel_rule
  from facts
)
select r.evidence, r.source, r.medium, r.campaign, r.click_id_type, r.category, r.channel_rule, n.channel
from ruled r
join channel_names n on n.channel_rule = r.channel_rule
