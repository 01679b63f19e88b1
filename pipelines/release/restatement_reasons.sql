-- One row per customer and thing that has happened to them since the last release; the lowest precedence is the reason why their rows differ.
with moved as (
  select r.customer_id, r.next_customer_id, c.customer_id is null as is_retired
  from restated_rows r
  left join customers c on c.customer_id = r.customer_id
  where r.table_name = 'identity_sets' and r.customer_id <> r.next_customer_id
), joined as (
  select customer_id, is_retired from moved
  union all
  select next_customer_id as customer_id, is_retired from moved
), corrected as (
  -- of a touchpoint that another customer has, while no set moved, the record names somebody else now
  select customer_id, next_customer_id
  from restated_rows
  where is_corrected or table_name = 'touchpoints' and customer_id <> next_customer_id
), evidence as (
  select customer_id, case when is_retired then 'merged' else 'split' end as reason from joined
  union all
  select customer_id, 'corrected_record' as reason from corrected
  union all
  select next_customer_id as customer_id, 'corrected_record' as reason from corrected
  union all
  select customer_id, 'withdrawn_record' as reason from restated_rows
  where change = 'withdrawn' and (table_name = 'touchpoints' or table_name = 'identity_sets')
  union all
  select t.customer_id,
    case when epoch_micros(t.occurred_at) <= c.previous_as_of_micros then 'late_record' else 'new_records' end as reason
  from added_rows a
  join touchpoints t on t.touchpoint_id = a.row_key
  cross join compared_releases c
  where a.table_name = 'touchpoints'
  union all
  select r.customer_id, 'time_passed' as reason
  from restated_rows r
  cross join compared_releases c
  where r.was_unsettled and c.as_of_micros <> c.previous_as_of_micros
)
select distinct
  customer_id,
  reason,
  cast(case reason
    when 'merged' then 1
    when 'split' then 2
    when 'corrected_record' then 3
    when 'withdrawn_record' then 4
    when 'late_record' then 5
    when 'new_records' then 6
    else 7
  end as int) as precedence
from evidence
where customer_id is not null
