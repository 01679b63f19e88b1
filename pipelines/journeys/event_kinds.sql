-- One row per distinct source, event type, given channel and page of events, with its stage and the goal that it
-- reaches: rules are tried once a kind, not once an event. The least priority wins, then the least id.
with seen as (
  select source, coalesce(event_type, 'unknown') as event_type, coalesce(channel, '') as channel, page_url
  from events
  where record_kind in ('touchpoint', 'engagement')
  group by source, coalesce(event_type, 'unknown'), coalesce(channel, ''), page_url
), kinds as (
  select s.source, s.event_type, s.channel, coalesce(a.page_path, '') as page_path
  from seen s
  left join addresses a on a.address = s.page_url
  group by s.source, s.event_type, s.channel, coalesce(a.page_path, '')
), stages as (
  select k.source, k.event_type, k.channel, k.page_path, min_by(r.rule_id, struct(r.priority, r.rule_id)) as stage_rule
  from kinds k
  join stage_rules r on (r.event_type is null or r.event_type = k.event_type)
    and (r.source is null or r.source = k.source)
    and (r.channel is null or r.channel = k.channel)
    and (r.page_prefix is null or startswith(k.page_path, r.page_prefix))
  group by k.source, k.event_type, k.channel, k.page_path
), reached as (
  select k.source, k.event_type, k.channel, k.page_path, min_by(g.goal_id, struct(g.priority, g.goal_id)) as goal_id
  from kinds k
  join goals g on g.event_type = k.event_type
    and (g.source is null or g.source = k.source)
    and (g.page_prefix is null or startswith(k.page_path, g.page_prefix))
  group by k.source, k.event_type, k.channel, k.page_path
)
select
  k.source, k.event_type, k.channel, k.page_path,
  case
    when x.reason = 'heartbeat' then 'heartbeat'
    when x.event_type is not null then 'other'
    when k.event_type in ('page_view', 'screen_view') then 'view'
    else 'touchpoint'
  end as role,
  coalesce(r.stage, journeys_default_stage()) as stage,
  coalesce(s.stage_rule, 'default') as stage_rule,
  g.goal_id
from kinds k
left join event_exclusions x on x.event_type = k.event_type
left join stages s on s.source = k.source and s.event_type = k.event_type and s.channel = k.channel and s.page_path = k.page_path
left join stage_rules r on r.rule_id = s.stage_rule
left join reached g on g.source = k.source and g.event_type = k.event_type and g.channel = k.channel and g.page_path = k.page_path
