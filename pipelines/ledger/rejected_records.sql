-- One row per row, or value of a row, of the raw exports that is not in the tables, with the reason and the place.
with problems as (
  select object_id, row_number, record_no, reject_reason as reason, 'row' as scope, cast(null as string) as detail
  from records
  where reject_reason is not null
  union all
  select object_id, row_number, 0 as record_no, reject_reason as reason, 'row' as scope, cast(null as string) as detail
  from ad_spend_records
  where reject_reason is not null
  union all
  select object_id, row_number, record_no, explode(parts) as reason, 'value' as scope, cast(null as string) as detail
  from (select object_id, row_number, record_no, split_list(value_problems, ',') as parts
    from records
    where value_problems is not null and reject_reason is null
    union all
    select object_id, row_number, 0 as record_no, split_list(value_problems, ',') as parts
    from ad_spend_records
    where value_problems is not null and reject_reason is null) as lists
  union all
  select object_id, row_number, 0 as record_no, reason, case when row_number = 0 then 'object' else 'row' end as scope, detail
  from row_problems
)
select p.object_id, cast(p.row_number as bigint) as row_number, cast(p.record_no as int) as record_no, p.reason,
  case when p.scope = 'row' and r.outcome in ('kept', 'duplicate') then 'record' else p.scope end as scope,
  o.source, o.object_key, p.detail
from problems p
join object_reads o on o.object_id = p.object_id
left join row_outcomes r on r.object_id = p.object_id and r.row_number = p.row_number
