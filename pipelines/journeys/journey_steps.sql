-- One row per step of a journey's path, equal neighbours merged when configured. Dwell is the time to the next step
-- of the same session, waiting the time to the next session; the last step has neither.
select
  p.unit_id as journey_id,
  p.step_no,
  p.customer_id, p.node, t.channel, t.stage, t.touchpoint_id, p.repeats,
  timestamp_of_micros(p.entered_us) as entered_at,
  timestamp_of_micros(p.left_us) as left_at,
  case when p.next_in_session then safe_ratio(p.next_us - p.entered_us, 1000000) end as dwell_seconds,
  case when p.next_us is not null and not p.next_in_session then safe_ratio(p.next_us - p.left_us, 1000000) end as wait_seconds
from path_steps p
join touchpoints t on t.customer_id = p.customer_id and t.sequence_no = p.sequence_no
where p.scope = 'journey'
