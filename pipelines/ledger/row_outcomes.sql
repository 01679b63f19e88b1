-- One row per row of the raw exports that a source file has seen: kept when one of its records is, else duplicate
-- when one of them is a copy, else rejected.
with outcomes as (
  select r.object_id, r.row_number,
    case when r.reject_reason is not null then 0 when d.object_id is not null then 1 else 2 end as outcome
  from records r
  left join duplicate_records d
    on d.object_id = r.object_id and d.row_number = r.row_number and d.record_no = r.record_no
  union all
  select s.object_id, s.row_number,
    case when s.reject_reason is not null then 0 when d.object_id is not null then 1 else 2 end as outcome
  from ad_spend_records s
  left join duplicate_ad_spend d on d.object_id = s.object_id and d.row_number = s.row_number
)
select object_id, row_number,
  case max(outcome) when 2 then 'kept' when 1 then 'duplicate' else 'rejected' end as outcome,
  cast(count_if(outcome = 2) as bigint) as records_kept
from outcomes
group by object_id, row_number
