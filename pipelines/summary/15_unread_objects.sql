-- Objects not read at all: each counts as one rejected row, however many it holds
select source, reason, count(*) as objects, min(object_key) as first_object, detail
from rejected_records
where scope = 'object'
group by source, reason, detail
order by objects desc nulls last, source nulls first, reason nulls first, detail nulls first
limit 12
