-- One row per day in the report zone, channel, campaign and currency: touchpoints, sessions, customers and what they bring.
with touches as (
  select local_date(t.occurred_at, journeys_report_time_zone()) as day, t.channel,
    coalesce(lower(t.utm_campaign), s.traffic_campaign, '') as campaign,
    coalesce(case when t.counts_revenue then t.currency end, '') as currency,
    t.customer_id, t.session_id, t.goal_id, t.sequence_no,
    case when t.counts_revenue then t.revenue end as revenue
  from touchpoints t
  left join sessions s on s.session_id = t.session_id
  where t.sequence_no is not null
)
select
  day, channel, campaign, currency,
  cast(count(*) as bigint) as touchpoints,
  cast(count(distinct session_id) as bigint) as sessions,
  cast(count(distinct customer_id) as bigint) as customers,
  cast(count_if(sequence_no = 1) as bigint) as new_customers,
  cast(count(goal_id) as bigint) as conversions,
  cast(sum(revenue) as decimal(18,4)) as revenue
from touches
group by day, channel, campaign, currency
