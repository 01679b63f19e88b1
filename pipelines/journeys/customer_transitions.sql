-- One row per customer, scope and directed pair of neighbouring nodes in the customer's paths, path_start and path_end
-- included: what `transitions` adds up, customer by customer.
with moves as (
  select scope, unit_id, customer_id, node as from_node, next_node as to_node, is_converted
  from path_steps
  union all
  select scope, unit_id, customer_id, 'path_start' as from_node, node as to_node, is_converted
  from path_steps
  where step_no = 1
), in_units as (
  select scope, from_node, to_node, unit_id, min(customer_id) as customer_id, count(*) as moves,
    max(case when is_converted then 1 else 0 end) as converted
  from moves
  group by scope, from_node, to_node, unit_id
)
select
  customer_id, scope, from_node, to_node,
  cast(sum(moves) as bigint) as moves,
  cast(count(*) as bigint) as units,
  cast(sum(converted) as bigint) as converted_units
from in_units
group by customer_id, scope, from_node, to_node
