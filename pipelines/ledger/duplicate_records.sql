-- One row per record that is a copy of another one: the greatest precedence survives, then the first place, so that
-- the choice depends on the data and never on arrival.
with copied as (
  select record_id
  from records
  where reject_reason is null
  group by record_id
  having count(*) > 1
), copies as (
  select r.object_id, r.row_number, r.record_no, r.record_id,
    row_number() over (
      partition by r.record_id
      order by r.precedence desc nulls last, r.object_id nulls last, r.row_number nulls last, r.record_no nulls last
      rows between unbounded preceding and current row) as copy_no
  from records r
  where r.reject_reason is null
    and exists (select 1 from copied c where c.record_id = r.record_id)
)
select object_id, row_number, record_no, record_id
from copies
where copy_no > 1
