-- One row per distinct identifier, with the customer whom it names; null where it is shared or names nobody.
with owners as (
  select identifier_key,
    min(case when is_accepted and reason is null then component end) as component,
    count(distinct component) as customers,
    min(case when not is_accepted then reason end) as reason
  from link_verdicts
  group by identifier_key
), shares as (
  select o.identifier_key, o.component, o.customers, o.reason,
    case when g.identifier_key is not null or c.identifier_key is not null or o.component is null then 'shared'
      else 'resolved' end as status
  from owners o
  left join identifier_guards g on g.identifier_key = o.identifier_key
  left join identifier_conflicts c on c.identifier_key = o.identifier_key
)
select
  i.id_type,
  i.id_value,
  case when i.blocked_reason is null and s.status = 'resolved' then n.customer_id end as customer_id,
  case when i.blocked_reason is not null then 'blocked' else s.status end as status,
  case when i.blocked_reason is not null then i.blocked_reason when s.status = 'shared' then s.reason end as reason,
  cast(s.customers as bigint) as customers,
  i.sets as identifier_sets,
  i.records,
  i.first_seen_at,
  i.last_seen_at
from shares s
join identifiers i on i.identifier_key = s.identifier_key
left join component_customers n on n.component = s.component
