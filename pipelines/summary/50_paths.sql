-- Top five journey paths
select path, units as journeys, converted, round(conversion_rate, 3) as conversion_rate
from paths
where scope = 'journey'
order by path_rank nulls last, path_id nulls first
limit 5
