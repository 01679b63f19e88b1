-- One row per touchpoint record whose revenue is that of a preferred source's record told once more: of the same order,
-- or the same amount of the same customer within minutes. A table, since the size of this join cannot be foreseen.
with money as (
  select e.record_id, s.customer_id, e.order_id, e.revenue, epoch_micros(e.occurred_at) as occurred_us,
    lpad(cast(coalesce(p.priority, 1000000) as string), 7, '0') || e.source as source_rank
  from events e
  join identity_sets s on s.identifier_set_id = e.identifier_set_id
  left join sources x on x.source = e.source
  left join revenue_sources p on p.preset = x.preset
  where e.revenue is not null and e.record_kind = 'touchpoint'
)
select distinct m.record_id, m.customer_id
from money m
join money better on better.customer_id = m.customer_id and better.source_rank < m.source_rank
  and (better.order_id = m.order_id or (better.revenue = m.revenue
    and abs(better.occurred_us - m.occurred_us) < journeys_same_conversion_minutes() * 60000000))
