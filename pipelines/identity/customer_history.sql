-- One row per identifier set and period in which it belonged to one customer. It holds all that a later run needs to keep
-- ids where they are; sets that are absent today keep their rows, yet no id alive. The same input again adds nothing.
with latest as (
  select coalesce(max(revision), 0) + 1 as revision
  from previous_customer_history
), present as (
  select s.identifier_set_id, a.customer_id, a.origin
  from identifier_sets s
  join identity_components c on c.set_key = s.set_key
  join component_customers a on a.component = c.component
), held as (
  select identifier_set_id, customer_id, valid_from
  from previous_customer_history
  where is_current
), living as (
  select distinct customer_id from present
), known as (
  -- Joined before sets without a former customer come in: their nulls would all be one task's on a cluster.
  select h.identifier_set_id, h.customer_id, h.valid_from, l.customer_id is not null as is_living
  from held h
  left join living l on l.customer_id = h.customer_id
), changes as (
  select
    p.identifier_set_id, p.customer_id, coalesce(h.customer_id, nullif(r.customer_id, p.customer_id)) as previous_customer_id,
    case
      when h.customer_id is null and r.customer_id <> p.customer_id then 'merged'
      when h.customer_id is null and p.origin = 'created' then 'created'
      when h.customer_id is null then 'joined'
      when p.origin = 'revived' then 'revived'
      when p.origin = 'created' then 'split'
      when not h.is_living then 'merged'
      else 'moved'
    end as change,
    greatest(as_of(), coalesce(h.valid_from, as_of())) as changed_at
  from present p
  left join known h on h.identifier_set_id = p.identifier_set_id
  left join rewritten_sets r on r.identifier_set_id = p.identifier_set_id
  where h.customer_id is null or h.customer_id <> p.customer_id
)
select
  h.identifier_set_id,
  h.revision,
  h.customer_id,
  h.change,
  h.previous_customer_id,
  h.valid_from,
  case when h.is_current then c.changed_at else h.valid_to end as valid_to,
  h.is_current and c.identifier_set_id is null as is_current
from previous_customer_history h
left join changes c on c.identifier_set_id = h.identifier_set_id
union all
select
  c.identifier_set_id,
  cast(l.revision as bigint) as revision,
  c.customer_id,
  c.change,
  c.previous_customer_id,
  c.changed_at as valid_from,
  cast(null as timestamp) as valid_to,
  true as is_current
from changes c
cross join latest l
