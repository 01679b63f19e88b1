-- One row per retired customer id, with the id that stands for it today: one hop, whatever was merged since.
select
  r.retired_customer_id,
  l.successor_id as customer_id,
  r.revision,
  r.retired_at
from customer_retirements r
join retirement_ends e on e.retired_key = r.retired_key
join customer_retirements l on l.retired_key = e.last_key
