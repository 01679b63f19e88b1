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
), wordings as (
  select distinct trait, wording, initial
  from traits
), buckets as (
  -- wordings are numbered by how they begin, so that no task of a cluster has to number them all
  select trait, bucket, sum(wordings) over (order by trait nulls last, bucket nulls last
    rows between unbounded preceding and 1 preceding) as wordings_before
  from (
    select trait, substr(wording, 1, 3) as bucket, count(*) as wordings
    from wordings
    group by trait, substr(wording, 1, 3)
  ) counted
), initials as (
  select initial, row_number() over (order by initial nulls last
    rows between unbounded preceding and current row) - 1 as initial_key
  from (select distinct initial from wordings where initial is not null) letters
)
select
  t.set_key,
  cast(coalesce(b.wordings_before, 0) + dense_rank() over (partition by b.trait, b.bucket order by t.wording nulls last
    rows between unbounded preceding and current row) - 1 as int) as trait_key,
  t.trait,
  cast(coalesce(i.initial_key, -1) as int) as initial_key,
  cast(t.records as bigint) as records
from told t
join buckets b on b.trait = t.trait and b.bucket = substr(t.wording, 1, 3)
left join initials i on i.initial = t.initial
