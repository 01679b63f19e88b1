-- One row per measure of how well identities hold together, by detail where it has one.
with sizes as (
  select customer_id, records, identifier_sets, is_anonymous, is_shared
  from customers
), totals as (
  select
    count(*) as customers,
    count_if(is_anonymous) as anonymous_customers,
    count_if(is_shared) as shared_customers,
    coalesce(max(identifier_sets), 0) as largest_customer_sets,
    coalesce(max(records), 0) as largest_customer_records,
    coalesce(sum(records), 0) as records,
    coalesce(sum(case when identifier_sets > identity_large_customer_sets() then records else 0 end), 0) as large_records
  from sizes
), rules as (
  select id_type, kind, most_per_customer, yields_to_name,
    row_number() over (order by priority nulls last, id_type nulls last
      rows between unbounded preceding and current row) as place
  from identifier_types
), holdings as (
  select customer_id, id_type, count(distinct id_value) as held
  from identity_edges
  where status = 'accepted'
  group by customer_id, id_type
), strongest as (
  select h.customer_id, min(r.place) as place, min(case when r.kind = 'person' then r.place end) as person_place
  from holdings h
  join rules r on r.id_type = h.id_type
  group by h.customer_id
), violations as (
  select r.yields_to_name, r.id_type, count(*) as customers
  from holdings h
  join rules r on r.id_type = h.id_type
  join strongest s on s.customer_id = h.customer_id
  -- A limit holds against links through types at or after its own: a stronger one may have exceeded it. Where names may,
  -- too, an id of a person alone is taken for the reason.
  where h.held > r.most_per_customer
    and case when r.yields_to_name then coalesce(s.person_place, r.place) else s.place end >= r.place
  group by r.yields_to_name, r.id_type
), measures as (
  select 'customers' as measure, '' as detail, customers as value from totals
  union all select 'anonymous_customers', '', anonymous_customers from totals
  union all select 'shared_customers', '', shared_customers from totals
  union all select 'largest_customer_sets', '', largest_customer_sets from totals
  union all select 'largest_customer_records', '', largest_customer_records from totals
  union all select 'share_of_records_in_large_customers', '', safe_ratio(large_records, records) from totals
  union all
  select case when yields_to_name then 'limits_exceeded_by_name' else 'unique_violations' end, id_type, customers
  from violations
  union all
  select 'refused_edges', reason, count(*) from identity_edges where status = 'refused' group by reason
  union all
  select 'identifiers', status, count(*) from identity_map group by status
  union all
  select 'unregistered_types', m.id_type, count(*)
  from identity_map m
  where not exists (select 1 from rules r where r.id_type = m.id_type)
  group by m.id_type
  union all
  select 'changed_sets', change, count(*)
  from customer_history h
  where h.is_current and h.revision = (select max(revision) from customer_history)
  group by change
)
select
  measure,
  detail,
  cast(coalesce(value, 0) as double) as value
from measures
