-- Journeys by outcome
select status, count(*) as journeys, count(distinct customer_id) as customers
from journeys
group by status
order by journeys desc nulls last, status nulls first
