-- One row per identifier set and personal trait that tells people apart: a name or a date of birth. Two sets agree when
-- both names are given and equal; they differ when the initials of the first names do.
with texts as (
  select
    identifier_set_id, records,
    lower(trim(regexp_extract(attributes, '(^|' || chr(31) || ')first_name=([^' || chr(31) || ']*)', 2))) as first_name,
    lower(trim(regexp_extract(attributes, '(^|' || chr(31) || ')last_name=([^' || chr(31) || ']*)', 2))) as last_name,
    lower(trim(regexp_extract(attributes, '(^|' || chr(31) || ')full_name=([^' || chr(31) || ']*)', 2))) as full_name,
    trim(regexp_extract(attributes, '(^|' || chr(31) || ')birth_date=([^' || chr(31) || ']*)', 2)) as birth_date
  from profiles
), names as (
  select identifier_set_id, records, birth_date,
    nullif(coalesce(nullif(first_name, ''), split_part(full_name, ' ', 1)), '') as first_name,
    coalesce(nullif(last_name, ''),
      case when full_name like '% %' then split_part(full_name, ' ', -1) end) as last_name
  from texts
), traits as (
  select identifier_set_id, records,
    case when last_name is null then 'first_name' else 'name' end as trait,
    concat_ws(' ', first_name, last_name) as wording,
    substr(first_name, 1, 1) as initial
  from names
  where first_name is not null
  union all
  select identifier_set_id, records, 'birth_date' as trait, birth_date as wording, cast(null as string) as initial
  from names
  where birth_date <> ''
), told as (
  select s.set_key, t.trait, t.wording, t.initial, sum(t.records) as records
  from traits t
  join identifier_sets s on s.identifier_set_id = t.identifier_set_id
  group by s.set_key, t.trait, t.wording, t.initial
)
select
  set_key,
  cast(dense_rank() over (order by trait nulls last, wording nulls last
    rows between unbounded preceding and current row) - 1 as int) as trait_key,
  trait,
  case when initial is null then -1
    else cast(dense_rank() over (order by initial nulls last
      rows between unbounded preceding and current row) - 1 as int) end as initial_key,
  cast(records as bigint) as records
from told
