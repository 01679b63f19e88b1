-- One row per ad-spend record that is a copy of another one: the greatest precedence survives, then the first place.
with copies as (
  select object_id, row_number, record_id,
    row_number() over (
      partition by record_id
      order by precedence desc nulls last, object_id nulls last, row_number nulls last
      rows between unbounded preceding and current row) as copy_no
  from ad_spend_records
  where reject_reason is null
)
select object_id, row_number, record_id
from copies
where copy_no > 1
