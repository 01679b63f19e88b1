-- One row per step of a funnel: how many reached it, how many of those before, and how long they took.
with reached as (
  select funnel_id, step_no, count(*) as entered,
    percentile_cont(0.5) within group (order by seconds_from_previous nulls last) as median_seconds,
    percentile_cont(0.95) within group (order by seconds_from_previous nulls last) as p95_seconds,
    safe_ratio(safe_ratio(sum(cast(round(seconds_from_previous * 1000000) as bigint)), count(seconds_from_previous)), 1000000) as mean_seconds
  from funnel_members
  group by funnel_id, step_no
), units as (
  select 'customer' as scope, count(distinct customer_id) as units from touchpoints where sequence_no is not null
  union all
  select 'session' as scope, count(distinct session_id) as units from touchpoints where sequence_no is not null
  union all
  select 'journey' as scope, count(distinct journey_id) as units from touchpoints where sequence_no is not null
), steps as (
  select f.funnel_id, f.scope, f.step_no, f.label, u.units, coalesce(r.entered, 0) as entered,
    r.median_seconds, r.p95_seconds, r.mean_seconds,
    lag(coalesce(r.entered, 0)) over (partition by f.funnel_id order by f.step_no nulls last) as entered_before,
    lead(coalesce(r.entered, 0)) over (partition by f.funnel_id order by f.step_no nulls last) as entered_next,
    min(case when f.step_no = 1 then coalesce(r.entered, 0) end) over (partition by f.funnel_id) as entered_first
  from funnel_stages f
  join units u on u.scope = f.scope
  left join reached r on r.funnel_id = f.funnel_id and r.step_no = f.step_no
)
select
  funnel_id, step_no, scope, label,
  cast(units as bigint) as units,
  cast(entered as bigint) as entered,
  safe_ratio(entered, units) as share_of_all,
  safe_ratio(entered, entered_before) as rate_previous,
  safe_ratio(entered, entered_first) as rate_first,
  cast(entered - coalesce(entered_next, entered) as bigint) as dropped,
  median_seconds, p95_seconds, mean_seconds
from steps
