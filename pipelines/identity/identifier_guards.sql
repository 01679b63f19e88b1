-- One row per identifier that links nobody, judged by everything that it occurs with and never by who came first:
-- seen with too many customers or devices, or with records that disagree on the name.
with usable as (
  select l.set_key, l.identifier_key, l.type_key, r.kind, r.priority, r.tells_apart, r.most_customers, i.sets
  from set_links l
  join identifiers i on i.identifier_key = l.identifier_key
  join identifier_rules r on r.type_key = l.type_key
  where l.refusal is null
), company as (
  select v.identifier_key, v.most_customers, o.type_key, o.kind,
    cast(count(distinct o.identifier_key) as double) as found
  from usable v
  join usable o on o.set_key = v.set_key
  where v.sets > 1 and (o.tells_apart and o.priority < v.priority
    or v.kind = 'device' and o.kind = 'device' and o.type_key <> v.type_key)
  group by v.identifier_key, v.most_customers, o.type_key, o.kind
), initials as (
  select v.identifier_key, t.initial_key, cast(count(distinct v.set_key) as double) as sets
  from usable v
  join set_traits t on t.set_key = v.set_key
  where v.sets > 1 and v.kind <> 'device' and v.kind <> 'person' and t.initial_key >= 0
  group by v.identifier_key, t.initial_key
), reasons as (
  select identifier_key, 'too_many_customers' as reason, 1 as place, max(found) as found,
    max(cast(most_customers as double)) as most
  from company
  where kind <> 'device' and found > most_customers
  group by identifier_key
  union all
  select identifier_key, 'too_many_devices' as reason, 2 as place, max(found) as found,
    cast(identity_most_devices_per_device() as double) as most
  from company
  where kind = 'device' and found > identity_most_devices_per_device()
  group by identifier_key
  union all
  select identifier_key, 'generic' as reason, 3 as place, 1 - max(sets) / nullif(sum(sets), 0) as found,
    cast(identity_generic_disagreement() as double) as most
  from initials
  group by identifier_key
  having sum(sets) >= identity_generic_sets()
    and 1 - max(sets) / nullif(sum(sets), 0) > identity_generic_disagreement()
), ranked as (
  select identifier_key, reason, found, most,
    row_number() over (partition by identifier_key order by place nulls last
      rows between unbounded preceding and current row) as place
  from reasons
)
select
  identifier_key,
  reason,
  cast(found as double) as found,
  cast(most as double) as most
from ranked
where place = 1
