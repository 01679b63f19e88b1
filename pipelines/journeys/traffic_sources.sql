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
), host_categories as (
  select e.host, max_by(c.category, struct(length(c.source), c.source)) as category
  from (select distinct host from evidence where host is not null) e
  join source_categories c on e.host = c.source or endswith(e.host, '.' || c.source)
    or (c.any_domain and contains('.' || e.host || '.', '.' || c.source || '.'))
  group by e.host
), sources as (
  select e.evidence, e.campaign, e.click_id_type,
    case
      when coalesce(e.source, e.medium, e.campaign) is not null then e.source
      when e.click_id_type is not null then k.source
      else e.host
    end as source,
    case
      when coalesce(e.source, e.medium, e.campaign) is not null then e.medium
      when e.click_id_type is not null then k.medium
      when h.category = 'search' then 'organic'
      when h.category = 'email' then 'email'
      else 'referral'
    end as medium,
    case when coalesce(e.source, e.medium, e.campaign, e.click_id_type) is null then h.category end as host_category
  from evidence e
  left join host_categories h on h.host = e.host
  left join click_ids k on k.click_id_type = e.click_id_type
), categories as (
  select source, min(category) as category from source_categories group by source
), facts as (
  select s.evidence, s.source, s.medium, s.campaign, s.click_id_type,
    coalesce(s.host_category, c.category, '') as category,
    coalesce(s.source, '') as from_source, coalesce(s.medium, '') as by_medium,
    regexp_like(coalesce(s.medium, ''), '^(.*cp.*|ppc|retargeting|paid.*)$') as is_paid,
    coalesce(c.category, '') = 'shopping' or regexp_like(coalesce(s.campaign, ''), '^(.*(([^a-df-z]|^)shop|shopping).*)$') as is_shopping,
    contains(coalesce(s.campaign, ''), 'cross-network') as is_cross_network
  from sources s
  left join categories c on c.source = s.source
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
      when by_medium in ('email', 'e-mail', 'e_mail', 'e mail') or from_source in ('email', 'e-mail', 'e_mail', 'e mail') then 'email'
      when by_medium in ('referral', 'app', 'link') then 'referral'
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
