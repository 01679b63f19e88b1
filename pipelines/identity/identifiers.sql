-- One row per distinct identifier, numbered in linking order, so that numbers never depend on the order of arrival.
with counted as (
  select
    identifier,
    count(*) as sets,
    sum(records) as records,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at
  from set_identifiers
  group by identifier
), found as (
  select identifier, sets, records, first_seen_at, last_seen_at,
    split_part(identifier, '=', 1) as id_type,
    substr(identifier, length(split_part(identifier, '=', 1)) + 2) as id_value
  from counted
)
select
  f.id_type,
  f.id_value,
  f.identifier,
  cast(row_number() over (order by r.type_key nulls last, f.id_value nulls last
    rows between unbounded preceding and current row) - 1 as int) as identifier_key,
  r.type_key,
  r.kind,
  cast(f.sets as bigint) as sets,
  cast(f.records as bigint) as records,
  f.first_seen_at,
  f.last_seen_at,
  case
    when b.reason is not null then b.reason
    when a.reason is not null then a.reason
    when regexp_like(f.id_value, identity_blocked_pattern()) then 'pattern'
    when f.id_type = 'email' and regexp_like(f.id_value, identity_blocked_email_pattern()) then 'pattern'
    when f.id_type = 'phone' and regexp_like(f.id_value, identity_blocked_phone_pattern()) then 'pattern'
    when f.id_type = 'email'
      and array_position(split_list(identity_own_domains(), ','), split_part(f.id_value, '@', 2)) > 0 then 'own_domain'
  end as blocked_reason
from found f
join identifier_rules r on r.id_type = f.id_type
left join blocked_identifiers b on b.id_type = f.id_type and b.id_value = lower(f.id_value)
left join blocked_identifiers a on a.id_type = '*' and a.id_value = lower(f.id_value)
