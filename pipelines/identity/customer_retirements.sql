-- One row per retired customer id, with the id into which it was merged: at its last merger, the one that took most sets.
-- An id that came back after its mergers stands for itself, also when its records are gone.
with living as (
  select distinct customer_id
  from identity_sets
), given as (
  select h.customer_id, max(h.revision) as last_given
  from customer_history h
  where exists (select 1 from customer_history m where m.previous_customer_id = h.customer_id and m.change = 'merged')
  group by h.customer_id
), mergers as (
  select h.previous_customer_id, h.customer_id, h.revision, count(*) as sets, min(h.valid_from) as retired_at
  from customer_history h
  join given g on g.customer_id = h.previous_customer_id and g.last_given < h.revision
  where h.change = 'merged'
    and not exists (select 1 from living l where l.customer_id = h.previous_customer_id)
  group by h.previous_customer_id, h.customer_id, h.revision
), ranked as (
  select previous_customer_id, customer_id, revision, retired_at,
    row_number() over (partition by previous_customer_id
      order by revision desc nulls last, sets desc nulls last, customer_id nulls last
      rows between unbounded preceding and current row) as place
  from mergers
), buckets as (
  -- the digits of ids are even, so no task of a cluster has to number them all
  select bucket, sum(ids) over (order by bucket nulls last rows between unbounded preceding and 1 preceding) as ids_before
  from (
    select substr(previous_customer_id, 1, 2) as bucket, count(distinct previous_customer_id) as ids
    from mergers
    group by substr(previous_customer_id, 1, 2)
  ) counted
), retired as (
  select r.previous_customer_id, r.customer_id, r.revision, r.retired_at,
    cast(coalesce(b.ids_before, 0) + row_number() over (partition by b.bucket order by r.previous_customer_id nulls last
      rows between unbounded preceding and current row) - 1 as int) as retired_key
  from ranked r
  join buckets b on b.bucket = substr(r.previous_customer_id, 1, 2)
  where r.place = 1
)
select
  r.retired_key,
  r.previous_customer_id as retired_customer_id,
  r.customer_id as successor_id,
  coalesce(s.retired_key, -1) as successor_key,
  r.revision,
  r.retired_at
from retired r
left join retired s on s.previous_customer_id = r.customer_id
