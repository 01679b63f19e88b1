-- One row per customer, day of occurrence and day from which it is known; days are counted back from as_of.
-- Everything later is made of this table: day d lies in (as_of - (d + 1) days, as_of - d days].
with known_touchpoints as (
  select
    t.customer_id, t.session_id, t.order_id, t.revenue, t.score, t.score_scale,
    coalesce(r.role, 'activity') as role,
    unix_micros(t.occurred_at) as occurred_micros,
    greatest(unix_micros(t.occurred_at), coalesce(unix_micros(t.received_at), unix_micros(t.occurred_at))) as known_micros
  from touchpoints t
  left join churn_event_roles r on r.event_type = t.event_type
  where not t.is_bot
),
classified_touchpoints as (
  select
    customer_id, session_id, order_id, occurred_micros, role,
    integer_division(as_of_micros() - occurred_micros, 86400000000) as day_no,
    integer_division(as_of_micros() - known_micros, 86400000000) as known_day_no,
    role = 'purchase' and coalesce(revenue, 1) > 0 as is_purchase,
    role = 'return' or (role = 'purchase' and coalesce(revenue, 0) < 0) as is_return,
    role not in ('passive', 'cancellation', 'unsubscribe') as is_event,
    case when churn_activity() = 'any' then role not in ('passive', 'cancellation', 'unsubscribe')
      else role = 'purchase' and coalesce(revenue, 1) > 0 end as is_activity,
    case when role in ('purchase', 'return') then revenue end as revenue,
    coalesce(
      (score_scale = 'nps' and score <= 6) or (score_scale = 'csat_5' and score <= 2)
      or (score_scale = 'csat_good_bad' and score = 0) or (score_scale = 'ces_7' and score <= 3), false) as is_bad_score
  from known_touchpoints
  where known_micros <= as_of_micros()
),
customer_days as (
  select
    customer_id, day_no, known_day_no,
    min(case when is_activity then occurred_micros end) as first_activity_micros,
    max(case when is_activity then occurred_micros end) as last_activity_micros,
    count_if(is_event) as event_count,
    max(case when is_event then occurred_micros end) as last_event_micros,
    count(distinct case when is_event then session_id end) as session_count,
    count(distinct case when is_purchase then order_id end) + count_if(is_purchase and order_id is null) as purchase_count,
    count_if(is_return) as return_count,
    coalesce(sum(revenue), 0) as revenue,
    count_if(role = 'ticket') as ticket_count,
    count_if(is_bad_score) as bad_score_count,
    count_if(role = 'email_click') as email_click_count,
    count_if(role = 'unsubscribe') as unsubscribe_count,
    max(case when is_purchase then occurred_micros end) as last_purchase_micros,
    max(case when role = 'cancellation' then occurred_micros end) as last_cancellation_micros
  from classified_touchpoints
  group by customer_id, day_no, known_day_no
)
select
  customer_id, day_no, known_day_no,
  last_activity_micros is not null and row_number() over (
    partition by customer_id, day_no, last_activity_micros is not null order by known_day_no desc nulls last
  ) = 1 as is_active_day,
  first_activity_micros, last_activity_micros, event_count, last_event_micros, session_count,
  cast(purchase_count as bigint) as purchase_count, return_count, cast(revenue as decimal(18, 4)) as revenue,
  ticket_count, bad_score_count, email_click_count, unsubscribe_count, last_purchase_micros, last_cancellation_micros
from customer_days
