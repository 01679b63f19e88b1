-- Why rows, or values of rows, were rejected
select source, reason, scope, count(*) as places
from rejected_records
group by source, reason, scope
order by places desc nulls last, source nulls first, reason nulls first, scope nulls first
limit 12
