-- One row per step of a journey's path, equal neighbours merged when configured. Dwell is the time from its
-- touchpoints to the next one of the same session, waiting that to the next one of another session.
select
  p.unit_id as journey_id,
  p.step_no,
  p.customer_id, p.node, t.channel, t.stage, t.touchpoint_id, p.repeats,
  timestamp_of_micros(p.entered_us) as entered_at,
  timestamp_of_micros(p.left_us) as left_at,
  safe_ratio(p.dwell_us, 1000000) as dwell_seconds,
  safe_ratio(p.wait_us, 1000000) as wait_seconds
from path_steps p
join touchpoints t on t.customer_id = p.customer_id and t.sequence_no = p.sequence_no
where p.scope = 'journey'
