-- Event types that no goal and no stage rule names, so that they convert nobody: name them in goals.csv and stage_rules.csv of a project folder, docs/running.md#event-names-of-your-own
-- left out when empty
with named as (
  select event_type from goals
  union
  select event_type from stage_rules where event_type is not null
), unmapped as (
  -- A rule for all that a source sends is meant for its events too; one for a channel, or the default, is not.
  select k.event_type
  from event_kinds k
  left join stage_rules r on r.rule_id = k.stage_rule
  left join named n on n.event_type = k.event_type
  group by k.event_type
  having count_if(n.event_type is not null or r.source is not null) = 0
), counted as (
  select t.event_type, count(*) as touchpoints, count_if(t.revenue is not null) as with_revenue
  from touchpoints t
  join unmapped u on u.event_type = t.event_type
  group by t.event_type
)
select substr(event_type, 1, 40) as event_type, touchpoints, with_revenue
from counted c
order by case when with_revenue > 0 then 0 else 1 end nulls last, touchpoints desc nulls last, c.event_type nulls first
limit 5
