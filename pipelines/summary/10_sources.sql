-- Raw objects and rows by source; the books balance: read = kept + duplicate + rejected
select s.source, count(o.object_id) as objects, count_if(o.status = 'unreadable') as not_read,
  cast(coalesce(sum(o.rows_read), 0) as bigint) as rows_read,
  cast(coalesce(sum(o.rows_kept), 0) as bigint) as kept, cast(coalesce(sum(o.rows_duplicate), 0) as bigint) as duplicate,
  cast(coalesce(sum(o.rows_rejected), 0) as bigint) as rejected
from sources s
left join objects o on o.source = s.source
group by s.source
order by s.source nulls first
