-- One row per customer of this run, with its id. An id that is held now goes where most of its records are (then: where
-- its earliest record is); of several ids in one customer the oldest assignment survives. A customer without any may
-- revive an id that was merged away if most of its records are here; else a new id is made of its earliest record.
with components as (
  select c.component, min(s.first_record) as first_record
  from identity_components c
  join identifier_sets s on s.set_key = c.set_key
  group by c.component
), places as (
  select component, customer_id, born, is_live, records, past_records,
    row_number() over (partition by customer_id
      order by case when is_live then records else past_records end desc nulls last, first_record nulls last, component nulls last
      rows between unbounded preceding and current row) as place
  from customer_claims
  where records > 0 or not is_live
), heirs as (
  select component, customer_id, is_live,
    row_number() over (partition by component
      order by case when is_live then 0 else 1 end nulls last, born nulls last,
        case when is_live then records else past_records end desc nulls last, customer_id nulls last
      rows between unbounded preceding and current row) as place
  from places
  where place = 1
), given as (
  select customer_id, max(revision) as revision
  from previous_customer_history
  group by customer_id
), births as (
  select c.component, customer_id_of(c.first_record) as customer_id, c.first_record
  from components c
  left join heirs h on h.component = c.component and h.place = 1
  where h.component is null
)
select h.component, h.customer_id, case when h.is_live then 'kept' else 'revived' end as origin
from heirs h
where h.place = 1
union all
select
  b.component,
  case when g.customer_id is null then b.customer_id
    -- an earlier customer began with the same record and lives on elsewhere
    else id_of(concat_ws(chr(31), 'customer', substr(b.first_record, 19), cast(n.revision as string))) end as customer_id,
  'created' as origin
from births b
left join given g on g.customer_id = b.customer_id
cross join (select coalesce(max(revision), 0) + 1 as revision from previous_customer_history) n
