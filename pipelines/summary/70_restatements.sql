-- Rows of the last release that this one changes or withdraws, and why
select r.reason, cast(sum(r.row_count) as bigint) as restated, count(distinct r.table_name) as tables
from restatements r
join compared_releases c on c.release = r.run
group by r.reason
order by restated desc nulls last, r.reason nulls first
