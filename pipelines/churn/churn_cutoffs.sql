-- One row per snapshot date: where customers are scored, where the model is judged, where it learned.
-- A training label is known before the test snapshot, the test label before as_of, so nothing looks ahead.
with spans as (
  select max(day_no) as first_day_no from churn_customer_days
),
training_numbers as (
  select explode(numbers) as training_no from (select sequence(0, churn_training_cutoffs() - 1) as numbers) as lists
),
candidates as (
  select 'score' as purpose, cast(0 as bigint) as days_before_as_of
  union all
  select 'test' as purpose, churn_gap_days() + churn_horizon_days() as days_before_as_of
  union all
  select
    'train' as purpose,
    2 * (churn_gap_days() + churn_horizon_days()) + training_no * churn_cutoff_spacing_days() as days_before_as_of
  from training_numbers
)
select
  timestamp_of_micros(as_of_micros() - c.days_before_as_of * 86400000000) as cutoff_at,
  c.purpose,
  cast(c.days_before_as_of as bigint) as days_before_as_of,
  case when c.purpose <> 'score' then
    timestamp_of_micros(as_of_micros() - (c.days_before_as_of - churn_gap_days()) * 86400000000) end as label_after,
  case when c.purpose <> 'score' then
    timestamp_of_micros(as_of_micros() - (c.days_before_as_of - churn_gap_days() - churn_horizon_days()) * 86400000000)
  end as label_until
from candidates c
cross join spans s
where c.purpose = 'score' or s.first_day_no >= c.days_before_as_of + churn_minimum_history_days()
