-- One row per customer: first and last seen, what is known of it, and which source says so.
with spans as (
  select c.component,
    min(s.first_seen_at) as first_seen_at, max(s.last_seen_at) as last_seen_at,
    sum(s.records) as records, count(*) as identifier_sets, max(c.scope_key) >= 0 as is_shared
  from identity_components c
  join identifier_sets s on s.set_key = c.set_key
  group by c.component
), source_parts as (
  select distinct component, explode(parts) as source
  from (select distinct c.component, split_list(s.sources, ',') as parts
    from identity_components c join identifier_sets s on s.set_key = c.set_key) as lists
), source_lists as (
  select component, array_join(array_sort(collect_list(source)), ',') as sources, count(*) as source_count
  from source_parts
  group by component
), held as (
  select v.component,
    count(*) as identifiers,
    count_if(r.id_type = 'email') as emails,
    count_if(r.id_type = 'phone') as phones,
    count_if(r.kind = 'device') as devices,
    count_if(r.kind = 'person' or r.kind = 'contact') as names
  from (select distinct component, identifier_key, type_key
    from link_verdicts where coalesce(reason, '') <> 'blocked') v
  join identifier_rules r on r.type_key = v.type_key
  group by v.component
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
  n.customer_id,
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
  g.is_shared or h.component is null as is_shared,
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
join component_customers n on n.component = g.component
join source_lists l on l.component = g.component
join assigned b on b.customer_id = n.customer_id
left join held h on h.component = g.component
left join described d on d.customer_id = n.customer_id
