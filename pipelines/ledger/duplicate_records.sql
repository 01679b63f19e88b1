-- One row per record that is a copy of another one: the greatest precedence survives, then the first place, so that
-- the choice depends on the data and never on arrival. One that its source has deleted or merged away since is a copy
-- of the record that says so, which is rejected: then none survives.
with candidates as (
  select object_id, row_number, record_no, record_id, precedence, reject_reason is not null as is_gone
  from records
  where reject_reason is null or tells_gone(reject_reason)
), copied as (
  select record_id
  from candidates
  group by record_id
  having count(*) > 1
), copies as (
  select c.object_id, c.row_number, c.record_no, c.record_id, c.is_gone,
    row_number() over (
      partition by c.record_id
      order by c.precedence desc nulls last, c.is_gone desc nulls last, c.object_id nulls last, c.row_number nulls last, c.record_no nulls last
      rows between unbounded preceding and current row) as copy_no
  from candidates c
  where exists (select 1 from copied d where d.record_id = c.record_id)
)
select object_id, row_number, record_no, record_id
from copies
where copy_no > 1 and not is_gone
