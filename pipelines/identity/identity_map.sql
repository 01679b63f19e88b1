-- One row per distinct identifier, with the customer whom it names; null where it is shared or names nobody.
with owners as (
  select id_type, id_value,
    min(case when status = 'accepted' and reason is null then customer_id end) as customer_id,
    count(distinct customer_id) as customers,
    min(case when status = 'refused' then reason end) as reason
  from identity_edges
  group by id_type, id_value
), shares as (
  select i.id_type, i.id_value, i.blocked_reason, o.customer_id, o.customers, o.reason,
    i.sets, i.records, i.first_seen_at, i.last_seen_at,
    case
      when i.blocked_reason is not null then 'blocked'
      when g.identifier_key is not null or c.identifier_key is not null or o.customer_id is null then 'shared'
      else 'resolved'
    end as status
  from identifiers i
  join owners o on o.id_type = i.id_type and o.id_value = i.id_value
  left join identifier_guards g on g.identifier_key = i.identifier_key
  left join identifier_conflicts c on c.identifier_key = i.identifier_key
)
select
  id_type,
  id_value,
  case when status = 'resolved' then customer_id end as customer_id,
  status,
  case when status = 'blocked' then blocked_reason when status = 'shared' then reason end as reason,
  cast(customers as bigint) as customers,
  sets as identifier_sets,
  records,
  first_seen_at,
  last_seen_at
from shares
