-- One row per identifier type found in the data, with the limits that hold for it. A type that is not registered links
-- like a mailbox, after the registered ones, and is refused as soon as it occurs with two customers.
with found as (
  select distinct split_part(identifier, '=', 1) as id_type
  from set_identifiers
), ruled as (
  select
    f.id_type,
    coalesce(t.kind, 'contact') as kind,
    coalesce(t.priority, 75) as priority,
    t.most_per_customer,
    coalesce(t.tells_apart, false) as tells_apart,
    coalesce(t.yields_to_name, true) as yields_to_name,
    case when t.id_type is null then 1 else t.most_customers end as most_customers,
    t.id_type is not null as is_registered
  from found f
  left join identifier_types t on t.id_type = f.id_type
)
select
  id_type,
  cast(row_number() over (order by priority nulls last, id_type nulls last
    rows between unbounded preceding and current row) - 1 as int) as type_key,
  kind,
  cast(priority as int) as priority,
  cast(most_per_customer as int) as most_per_customer,
  tells_apart,
  yields_to_name,
  cast(most_customers as int) as most_customers,
  is_registered
from ruled
