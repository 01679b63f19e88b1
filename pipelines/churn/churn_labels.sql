-- One row per customer and snapshot date whose outcome is known: did the customer churn within the horizon?
-- Kept apart from churn_features, so that no score can read an outcome.
with outcomes as (
  select
    d.customer_id, c.cutoff_at,
    count_if(d.last_activity_micros is not null) > 0 as is_active,
    count_if(d.last_cancellation_micros is not null) > 0 as is_cancelled
  from churn_customer_days d
  cross join churn_cutoffs c
  where c.purpose <> 'score'
    and d.day_no < c.days_before_as_of - churn_gap_days()
    and d.day_no >= c.days_before_as_of - churn_gap_days() - churn_horizon_days()
  group by d.customer_id, c.cutoff_at
)
select
  f.customer_id, f.cutoff_at, c.purpose,
  case when churn_label() = 'cancellation' then coalesce(o.is_cancelled, false)
    else not coalesce(o.is_active, false) end as is_churned
from churn_features f
join churn_cutoffs c on c.cutoff_at = f.cutoff_at and c.purpose <> 'score'
left join outcomes o on o.customer_id = f.customer_id and o.cutoff_at = f.cutoff_at
