-- One row per distinct identifier of the records: its type and value, and why it names nobody, when it is blocked.
with lists as (
  select split_list(identifiers, chr(31)) as parts
  from (select distinct identifiers from set_sources) as sets
), parts as (
  select explode(parts) as identifier
  from lists
), found as (
  select distinct identifier,
    split_part(identifier, '=', 1) as id_type,
    substr(identifier, length(split_part(identifier, '=', 1)) + 2) as id_value
  from parts
  where identifier like '_%=_%'
)
select
  f.identifier,
  f.id_type,
  f.id_value,
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
left join blocked_identifiers b on b.id_type = f.id_type and b.id_value = lower(f.id_value)
left join blocked_identifiers a on a.id_type = '*' and a.id_value = lower(f.id_value)
