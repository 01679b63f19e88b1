-- One row per customer and snapshot date, of what was known then; only customers with activity in the look-back.
-- Counts are summed as doubles, which is exact for whole numbers in any order; money stays decimal for the same reason.
with known_days as (
  select
    d.customer_id, c.cutoff_at, d.is_active_day,
    d.day_no - c.days_before_as_of as age_days,
    d.first_activity_micros, d.last_activity_micros, d.last_event_micros,
    d.last_purchase_micros, d.last_cancellation_micros, d.revenue,
    cast(d.event_count as double) as event_count, cast(d.session_count as double) as session_count,
    cast(d.purchase_count as double) as purchase_count, cast(d.return_count as double) as return_count,
    cast(d.ticket_count as double) as ticket_count, cast(d.bad_score_count as double) as bad_score_count,
    cast(d.email_click_count as double) as email_click_count, cast(d.unsubscribe_count as double) as unsubscribe_count
  from churn_customer_days d
  cross join churn_cutoffs c
  where d.known_day_no >= c.days_before_as_of
),
totals as (
  select
    customer_id, cutoff_at,
    min(first_activity_micros) as first_activity_micros,
    max(last_activity_micros) as last_activity_micros,
    max(last_event_micros) as last_event_micros,
    max(last_purchase_micros) as last_purchase_micros,
    max(last_cancellation_micros) as last_cancellation_micros,
    count_if(is_active_day) as active_days,
    count_if(is_active_day and age_days < 30) as active_days_30d,
    count_if(is_active_day and age_days < 90) as active_days_90d,
    sum(purchase_count) as purchases,
    sum(case when age_days < 90 then purchase_count else 0e0 end) as purchases_90d,
    sum(case when age_days < 7 then event_count else 0e0 end) as events_7d,
    sum(case when age_days < 30 then event_count else 0e0 end) as events_30d,
    sum(case when age_days < 90 then event_count else 0e0 end) as events_90d,
    sum(case when age_days < 30 then session_count else 0e0 end) as sessions_30d,
    sum(case when age_days < 90 then session_count else 0e0 end) as sessions_90d,
    sum(revenue) as revenue,
    sum(case when age_days < 90 then revenue else 0 end) as revenue_90d,
    sum(return_count) as returns,
    sum(case when age_days < 90 then return_count else 0e0 end) as returns_90d,
    sum(case when age_days < 90 then ticket_count else 0e0 end) as tickets_90d,
    sum(case when age_days < 365 then bad_score_count else 0e0 end) as bad_scores_365d,
    sum(case when age_days < 90 then email_click_count else 0e0 end) as email_clicks_90d,
    sum(unsubscribe_count) as unsubscribes
  from known_days
  group by customer_id, cutoff_at
),
active_customers as (
  select
    customer_id, cutoff_at,
    epoch_micros(cutoff_at) - last_activity_micros as recency_micros,
    epoch_micros(cutoff_at) - last_event_micros as event_recency_micros,
    epoch_micros(cutoff_at) - first_activity_micros as tenure_micros,
    safe_ratio(last_activity_micros - first_activity_micros, active_days - 1) as mean_gap_micros,
    active_days, active_days_30d, active_days_90d, purchases, purchases_90d, revenue, revenue_90d, returns, returns_90d,
    events_7d, events_30d, events_90d, sessions_30d, sessions_90d,
    tickets_90d, bad_scores_365d, email_clicks_90d, unsubscribes
  from totals
  where last_activity_micros > epoch_micros(cutoff_at) - churn_active_within_days() * 86400000000
    and (churn_label() <> 'cancellation' or last_cancellation_micros is null
      or last_purchase_micros > last_cancellation_micros)
)
select
  customer_id, cutoff_at,
  safe_ratio(recency_micros, 86400000000) as recency_days,
  safe_ratio(event_recency_micros, 86400000000) as event_recency_days,
  safe_ratio(tenure_micros, 86400000000) as tenure_days,
  safe_ratio(mean_gap_micros, 86400000000) as mean_gap_days,
  safe_ratio(recency_micros, mean_gap_micros) as recency_to_mean_gap,
  cast(active_days as double) as active_days,
  cast(active_days_30d as double) as active_days_30d,
  cast(active_days_90d as double) as active_days_90d,
  safe_ratio(2 * (active_days_30d + 1), active_days_90d - active_days_30d + 2) as activity_trend,
  purchases,
  purchases_90d,
  cast(revenue as double) as revenue,
  cast(revenue_90d as double) as revenue_90d,
  safe_ratio(revenue, purchases) as mean_order_value,
  safe_ratio(returns, purchases) as returns_per_purchase,
  returns_90d,
  events_7d,
  events_30d,
  events_90d,
  sessions_30d,
  sessions_90d,
  tickets_90d,
  bad_scores_365d,
  email_clicks_90d,
  unsubscribes
from active_customers
