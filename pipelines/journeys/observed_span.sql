-- One row per run: when the first touchpoint that counts happened. Apart from journeys, whose rows depend on their customer alone.
select min(position_us) as first_us
from journey_events
where takes_part
