-- One row per customer of this run and customer id that its sets hold or held in earlier runs.
with holdings as (
  select
    p.identifier_set_id, p.customer_id,
    max(case when p.is_current then 1 else 0 end) = 1 as is_current
  from previous_customer_history p
  join identifier_sets s on s.identifier_set_id = p.identifier_set_id
  group by p.identifier_set_id, p.customer_id
  union all
  select identifier_set_id, customer_id, true as is_current
  from rewritten_sets
), living as (
  -- an id that only sets hold which are absent today is nobody's
  select customer_id, max(case when is_current then 1 else 0 end) = 1 as is_live
  from holdings
  group by customer_id
), births as (
  select customer_id, min(revision) as born
  from previous_customer_history
  group by customer_id
)
select
  c.component,
  h.customer_id,
  cast(sum(case when h.is_current then s.records else 0 end) as bigint) as records,
  cast(sum(s.records) as bigint) as past_records,
  min(s.first_record) as first_record,
  b.born,
  l.is_live
from holdings h
join living l on l.customer_id = h.customer_id
join births b on b.customer_id = h.customer_id
join identifier_sets s on s.identifier_set_id = h.identifier_set_id
join identity_components c on c.set_key = s.set_key
group by c.component, h.customer_id, b.born, l.is_live
