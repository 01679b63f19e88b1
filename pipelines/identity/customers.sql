-- One row per customer: first and last seen, what is known of it, and which source says so.
with members as (
  select n.customer_id, s.identifier_set_id, s.records, s.first_seen_at, s.last_seen_at, c.scope_key
  from identity_sets n
  join identifier_sets s on s.identifier_set_id = n.identifier_set_id
  join identity_components c on c.set_key = s.set_key
), spans as (
  select customer_id,
    min(first_seen_at) as first_seen_at, max(last_seen_at) as last_seen_at,
    sum(records) as records, count(*) as identifier_sets, max(scope_key) >= 0 as is_shared
  from members
  group by customer_id
), source_lists as (
  select customer_id, array_join(array_sort(collect_list(source)), ',') as sources, count(*) as source_count
  from (select distinct n.customer_id, s.source
    from identity_sets n join set_sources s on s.identifier_set_id = n.identifier_set_id) as pairs
  group by customer_id
), held as (
  select e.customer_id,
    count(*) as identifiers,
    count_if(e.id_type = 'email') as emails,
    count_if(e.id_type = 'phone') as phones,
    count_if(r.kind = 'device') as devices,
    count_if(r.kind = 'person' or r.kind = 'contact') as names
  from (select distinct customer_id, id_type, id_value
    from identity_edges where coalesce(reason, '') <> 'blocked') e
  join identifier_rules r on r.id_type = e.id_type
  group by e.customer_id
), described as (
  select
    a.customer_id,
    max(case when a.attribute = 'email' then a.value end) as email,
    max(case when a.attribute = 'email' then a.source end) as email_source,
    max(case when a.attribute = 'phone' then a.value end) as phone,
    max(case when a.attribute = 'phone' then a.source end) as phone_source,
    max(case when a.attribute = 'first_name' then a.value end) as first_name,
    max(case when a.attribute = 'first_name' then a.source end) as first_name_source,
    max(case when a.attribute = 'last_name' then a.value end) as last_name,
    max(case when a.attribute = 'last_name' then a.source end) as last_name_source,
    max(case when a.attribute = 'full_name' then a.value end) as full_name,
    max(case when a.attribute = 'full_name' then a.source end) as full_name_source,
    max(case when a.attribute = 'company' then a.value end) as company,
    max(case when a.attribute = 'company' then a.source end) as company_source,
    max(case when a.attribute = 'plan' then a.value end) as plan,
    max(case when a.attribute = 'plan' then a.source end) as plan_source,
    max(case when a.attribute = 'lifecycle_stage' then a.value end) as lifecycle_stage,
    max(case when a.attribute = 'lifecycle_stage' then a.source end) as lifecycle_stage_source,
    max(case when a.attribute = 'country' then a.value end) as country,
    max(case when a.attribute = 'country' then a.source end) as country_source,
    max(case when a.attribute = 'city' then a.value end) as city,
    max(case when a.attribute = 'city' then a.source end) as city_source,
    max(case when a.attribute = 'birth_date' then a.value end) as birth_date,
    max(case when a.attribute = 'birth_date' then a.source end) as birth_date_source,
    max(case when a.attribute = 'gender' then a.value end) as gender,
    max(case when a.attribute = 'gender' then a.source end) as gender_source,
    max(case when a.attribute = 'consent_email' then a.value end) as consent_email,
    max(case when a.attribute = 'consent_email' then a.source end) as consent_email_source
  from customer_attributes a
  group by a.customer_id
), assigned as (
  select customer_id, min(valid_from) as assigned_at
  from customer_history
  group by customer_id
)
select
  g.customer_id,
  g.first_seen_at,
  g.last_seen_at,
  b.assigned_at,
  cast(g.records as bigint) as records,
  l.sources,
  cast(l.source_count as int) as source_count,
  cast(g.identifier_sets as bigint) as identifier_sets,
  cast(coalesce(h.identifiers, 0) as bigint) as identifiers,
  cast(coalesce(h.emails, 0) as int) as emails,
  cast(coalesce(h.phones, 0) as int) as phones,
  cast(coalesce(h.devices, 0) as int) as devices,
  coalesce(h.names, 0) = 0 as is_anonymous,
  g.is_shared,
  d.email,
  d.email_source,
  d.phone,
  d.phone_source,
  d.first_name,
  d.first_name_source,
  d.last_name,
  d.last_name_source,
  d.full_name,
  d.full_name_source,
  d.company,
  d.company_source,
  d.plan,
  d.plan_source,
  d.lifecycle_stage,
  d.lifecycle_stage_source,
  d.country,
  d.country_source,
  d.city,
  d.city_source,
  d.birth_date,
  d.birth_date_source,
  d.gender,
  d.gender_source,
  d.consent_email,
  d.consent_email_source
from spans g
join source_lists l on l.customer_id = g.customer_id
join assigned b on b.customer_id = g.customer_id
left join held h on h.customer_id = g.customer_id
left join described d on d.customer_id = g.customer_id
