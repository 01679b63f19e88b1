-- One row per distinct identifier, with the customer whom it names; null where it is shared or names nobody.
with owners as (
  select id_type, id_value,
    -- accepted links without a reason all name one customer; one with a reason holds by agreement alone, and names nobody
    min(case when status = 'accepted' and reason is null then customer_id end) as customer_id,
    coalesce(min(case when status = 'refused' then reason end), min(reason)) as reason,
    count(distinct customer_id) as customers,
    count(*) as identifier_sets,
    sum(records) as records,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at
  from identity_edges
  group by id_type, id_value
)
select
  o.id_type,
  o.id_value,
  case when v.blocked_reason is null then o.customer_id end as customer_id,
  case when v.blocked_reason is not null then 'blocked' when o.customer_id is null then 'shared' else 'resolved' end as status,
  case when v.blocked_reason is not null then v.blocked_reason when o.customer_id is null then o.reason end as reason,
  cast(o.customers as bigint) as customers,
  cast(o.identifier_sets as bigint) as identifier_sets,
  cast(o.records as bigint) as records,
  o.first_seen_at,
  o.last_seen_at
from owners o
join identifier_values v on v.identifier = concat_ws('=', o.id_type, o.id_value)
