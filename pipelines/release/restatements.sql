-- One row per row of a published table that a later release has changed or withdrawn, and release that did; many for one reason are one row.
with ranked as (
  select customer_id, reason, precedence,
    row_number() over (partition by customer_id order by precedence nulls last) as place
  from restatement_reasons
), firsts as (
  select customer_id, reason, precedence from ranked where place = 1
), explained as (
  select r.table_name, r.row_key, r.change, r.customer_id, r.row_count,
    case
      when r.change = 'unknown' then 'not_compared'
      when c.is_config_changed then 'config_changed'
      when o.precedence < 7 or n.precedence < 7 then
        case when coalesce(n.precedence, 8) < coalesce(o.precedence, 8) then n.reason else o.reason end
      when r.customer_id is null and r.next_customer_id is null then
        case
          when r.is_corrected is null then 'aggregate'
          when r.change = 'withdrawn' then 'withdrawn_record'
          else 'corrected_record'
        end
      when o.reason = 'time_passed' and (r.was_unsettled or r.table_name = 'stage_intervals') then 'time_passed'
      else 'other_records'
    end as reason
  from restated_rows r
  cross join compared_releases c
  left join firsts o on o.customer_id = r.customer_id
  left join firsts n on n.customer_id = r.next_customer_id
), counted as (
  select table_name, row_key, change, customer_id, row_count, reason,
    sum(row_count) over (partition by table_name, change, reason) as rows_alike
  from explained
), listed as (
  select e.table_name, e.row_key, e.change, e.reason, e.customer_id, e.row_count
  from counted e
  cross join compared_releases c
  where e.rows_alike <= c.rows_listed or e.change = 'unknown'
  union all
  select e.table_name, '*' as row_key, e.change, e.reason, cast(null as string) as customer_id, sum(e.row_count) as row_count
  from counted e
  cross join compared_releases c
  where e.rows_alike > c.rows_listed and e.change <> 'unknown'
  group by e.table_name, e.change, e.reason
)
select
  l.table_name,
  l.row_key,
  c.release as run,
  l.change,
  l.reason,
  l.customer_id,
  cast(l.row_count as bigint) as row_count,
  c.previous_release as previous_run,
  timestamp_of_micros(c.as_of_micros) as as_of
from listed l
cross join compared_releases c
union all
select p.table_name, p.row_key, p.run, p.change, p.reason, p.customer_id, p.row_count, p.previous_run, p.as_of
from previous_restatements p
cross join compared_releases c
where epoch_micros(p.as_of) >= c.listed_since_micros
