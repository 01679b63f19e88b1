-- One row per object of the raw zone: the ledger, whose books balance.
with seen as (
  select object_id,
    count_if(outcome = 'kept') as rows_kept,
    count_if(outcome = 'duplicate') as rows_duplicate,
    count_if(outcome = 'rejected') as rows_rejected,
    cast(sum(records_kept) as bigint) as records_kept
  from row_outcomes
  group by object_id
), unseen as (
  select object_id, count(distinct row_number) as rows_rejected
  from row_problems
  group by object_id
)
select o.object_id, o.source, o.object_key, o.etag, o.bytes, o.status, o.rows_read,
  cast(coalesce(s.rows_kept, 0) as bigint) as rows_kept,
  cast(coalesce(s.rows_duplicate, 0) as bigint) as rows_duplicate,
  cast(coalesce(s.rows_rejected, 0) + coalesce(u.rows_rejected, 0) as bigint) as rows_rejected,
  cast(coalesce(s.records_kept, 0) as bigint) as records_kept
from object_reads o
left join seen s on s.object_id = o.object_id
left join unseen u on u.object_id = o.object_id
