-- Raw objects and rows by source; the books balance: read = kept + duplicate + rejected
select source, count(*) as objects, cast(sum(rows_read) as bigint) as rows_read, cast(sum(rows_kept) as bigint) as kept,
  cast(sum(rows_duplicate) as bigint) as duplicate, cast(sum(rows_rejected) as bigint) as rejected
from objects
group by source
order by source nulls first
