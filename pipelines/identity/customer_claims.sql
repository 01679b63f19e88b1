-- One row per customer of this run and customer id that its sets hold or held in earlier runs.
with births as (
  -- an id that only sets hold which are absent today is nobody's
  select
    p.customer_id,
    min(p.revision) as born,
    max(case when p.is_current and s.identifier_set_id is not null then 1 else 0 end) = 1 as is_live
  from previous_customer_history p
  left join identifier_sets s on s.identifier_set_id = p.identifier_set_id
  group by p.customer_id
), holdings as (
  select
    identifier_set_id, customer_id,
    max(case when is_current then 1 else 0 end) = 1 as is_current
  from previous_customer_history
  group by identifier_set_id, customer_id
)
select
  c.component,
  h.customer_id,
  cast(sum(case when h.is_current then s.records else 0 end) as bigint) as records,
  cast(sum(s.records) as bigint) as past_records,
  min(s.first_record) as first_record,
  b.born,
  b.is_live
from holdings h
join births b on b.customer_id = h.customer_id
join identifier_sets s on s.identifier_set_id = h.identifier_set_id
join identity_components c on c.set_key = s.set_key
group by c.component, h.customer_id, b.born, b.is_live
