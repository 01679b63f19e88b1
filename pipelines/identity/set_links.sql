-- One row per identifier set and identifier in it, as numbers. A record that holds more values of a hard type than one
-- customer may is a fault of its own and keeps the values seen in most records; of other types it says that they are one.
with links as (
  select
    s.set_key, i.identifier_key, i.type_key, i.blocked_reason,
    case when not r.yields_to_name then r.most_per_customer end as most_per_customer,
    case when r.most_per_customer is null or r.yields_to_name or i.blocked_reason is not null then 1
      else row_number() over (partition by s.set_key, i.type_key, i.blocked_reason
        order by i.records desc nulls last, i.identifier_key nulls last
        rows between unbounded preceding and current row) end as place
  from set_identifiers s
  join identifiers i on i.identifier = s.identifier
  join identifier_rules r on r.type_key = i.type_key
)
select
  set_key,
  identifier_key,
  type_key,
  case
    when blocked_reason is not null then 'blocked'
    when place > most_per_customer then 'unique_conflict'
  end as refusal
from links
