-- One row per identifier set, with the customer that it belongs to.
select
  s.identifier_set_id,
  a.customer_id
from identifier_sets s
join identity_components c on c.set_key = s.set_key
join component_customers a on a.component = c.component
