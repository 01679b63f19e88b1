-- One row per customer with activity, day of occurrence and day from which it is known; days are counted back from as_of.
-- Everything later is made of this table: day d lies in (as_of - (d + 1) days, as_of - d days].
with active_customers as (
  select t.customer_id
  from touchpoints t
  left join churn_event_roles r on r.event_type = t.event_type
  where case when churn_activity() = 'any' then coalesce(r.role, 'activity') not in ('passive', 'cancellation', 'unsubscribe')
    else r.role = 'purchase' and coalesce(t.revenue, 1) > 0 end
  group by t.customer_id
),
known_touchpoints as (
  select
    t.customer_id, t.session_id, t.order_id, t.revenue, t.counts_revenue, t.score, t.score_scale,
    coalesce(r.role, 'activity') as role,
    epoch_micros(t.occurred_at) as occurred_micros,
    epoch_micros(greatest(t.occurred_at, coalesce(t.received_at, t.occurred_at))) as known_micros,
    e.known_us as echo_known_micros
  from touchpoints t
  left join churn_event_roles r on r.event_type = t.event_type
  left join revenue_echoes e on e.record_id = t.touchpoint_id and e.customer_id = t.customer_id
  where not t.is_bot
    and greatest(t.occurred_at, coalesce(t.received_at, t.occurred_at)) <= as_of()
    and t.customer_id in (select customer_id from active_customers)
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
    case when (counts_revenue or echo_known_micros is not null) and role in ('purchase', 'return') then revenue end as revenue,
    case when echo_known_micros <= as_of_micros()
      then integer_division(as_of_micros() - greatest(known_micros, echo_known_micros), 86400000000) end as echo_known_day_no,
    (score_scale = 'nps' and score <= 6) or (score_scale = 'csat_5' and score <= 2)
      or (score_scale = 'csat_good_bad' and score = 0) or (score_scale = 'ces_7' and score <= 3) as is_bad_score
  from known_touchpoints
),
-- What several records tell of counts where it was known first, so that a later one, of another row, does not count it again.
mentions as (
  select customer_id, day_no, known_day_no, 'order' as kind, order_id as mentioned_id
  from classified_touchpoints
  where is_purchase and order_id is not null
  union all
  select customer_id, day_no, known_day_no, 'session' as kind, session_id as mentioned_id
  from classified_touchpoints
  where is_event and session_id is not null
),
numbered_mentions as (
  select customer_id, day_no, known_day_no, kind,
    row_number() over (partition by customer_id, kind, mentioned_id order by known_day_no desc nulls last, day_no desc nulls last) as mention_no
  from mentions
),
first_mentions as (
  select customer_id, day_no, known_day_no, count_if(kind = 'order') as order_count, count_if(kind = 'session') as session_count
  from numbered_mentions
  where mention_no = 1
  group by customer_id, day_no, known_day_no
),
-- Revenue that a preferred source tells too counts until that is known: nobody could have left it out before.
reports as (
  select customer_id, day_no, known_day_no, occurred_micros, role, order_id, is_purchase, is_return, is_event, is_activity, is_bad_score, revenue
  from classified_touchpoints
  union all
  select customer_id, day_no, echo_known_day_no as known_day_no, occurred_micros, 'echo' as role, cast(null as string) as order_id,
    false as is_purchase, false as is_return, false as is_event, false as is_activity, false as is_bad_score, -revenue as revenue
  from classified_touchpoints
  where echo_known_day_no is not null and revenue is not null
),
customer_days as (
  select
    customer_id, day_no, known_day_no,
    min(case when is_activity then occurred_micros end) as first_activity_micros,
    max(case when is_activity then occurred_micros end) as last_activity_micros,
    count_if(is_event) as event_count,
    max(case when is_event then occurred_micros end) as last_event_micros,
    count_if(is_purchase and order_id is null) as purchases_without_order,
    count_if(is_return) as return_count,
    coalesce(sum(revenue), 0) as revenue,
    count_if(role = 'ticket') as ticket_count,
    count_if(is_bad_score) as bad_score_count,
    count_if(role = 'email_click') as email_click_count,
    count_if(role = 'unsubscribe') as unsubscribe_count,
    max(case when is_purchase then occurred_micros end) as last_purchase_micros,
    max(case when role = 'cancellation' then occurred_micros end) as last_cancellation_micros
  from reports
  group by customer_id, day_no, known_day_no
),
late_days as (
  select customer_id, day_no, known_day_no,
    row_number() over (partition by customer_id, day_no order by known_day_no desc nulls last) as arrival_no
  from customer_days
  where known_day_no < day_no and last_activity_micros is not null
),
repeated_days as (
  select l.customer_id, l.day_no, l.known_day_no
  from late_days l
  left join customer_days d on d.customer_id = l.customer_id and d.day_no = l.day_no
    and d.known_day_no = d.day_no and d.last_activity_micros is not null
  where l.arrival_no > 1 or d.customer_id is not null
)
select
  d.customer_id, d.day_no, d.known_day_no,
  d.last_activity_micros is not null and r.customer_id is null as is_active_day,
  d.first_activity_micros, d.last_activity_micros, d.event_count, d.last_event_micros,
  cast(coalesce(f.session_count, 0) as bigint) as session_count,
  cast(d.purchases_without_order + coalesce(f.order_count, 0) as bigint) as purchase_count, d.return_count, cast(d.revenue as decimal(18, 4)) as revenue,
  d.ticket_count, d.bad_score_count, d.email_click_count, d.unsubscribe_count,
  d.last_purchase_micros, d.last_cancellation_micros
from customer_days d
left join repeated_days r on r.customer_id = d.customer_id and r.day_no = d.day_no and r.known_day_no = d.known_day_no
left join first_mentions f on f.customer_id = d.customer_id and f.day_no = d.day_no and f.known_day_no = d.known_day_no
