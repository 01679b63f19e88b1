-- One row per touchpoint record whose revenue is that of a preferred source's record told once more: of the same order,
-- or the same amount of the same customer within minutes; only a record that takes part can stand for others. A table,
-- since the size of this join cannot be foreseen.
with money as (
  select e.record_id, c.customer_id, e.order_id, e.revenue, e.currency, epoch_micros(e.occurred_at) as occurred_us,
    epoch_micros(greatest(e.occurred_at, coalesce(e.received_at, e.occurred_at))) as known_us,
    lpad(cast(coalesce(p.priority, 1000000) as string), 7, '0') || e.source as source_rank
  from customer_events c
  join events e on e.record_id = c.record_id
  left join sources x on x.source = e.source
  left join revenue_sources p on p.preset = x.preset
  where e.revenue is not null and c.takes_part and c.role in ('view', 'touchpoint')
)
select m.record_id, m.customer_id, min(better.known_us) as known_us
from money m
join money better on better.customer_id = m.customer_id and better.source_rank < m.source_rank
  and (better.order_id = m.order_id or (better.revenue = m.revenue and coalesce(better.currency = m.currency, true)
    and abs(better.occurred_us - m.occurred_us) < journeys_same_conversion_minutes() * 60000000))
group by m.record_id, m.customer_id
