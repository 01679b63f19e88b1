-- One row per identifier set that nobody held before, and whose earliest record began a customer of whom no set is left:
-- what identifies a record was rewritten, and its customer goes with it.
with left_over as (
  select distinct p.customer_id
  from previous_customer_history p
  join identifier_sets s on s.identifier_set_id = p.identifier_set_id
), new_sets as (
  select s.identifier_set_id, customer_id_of(s.first_record) as customer_id
  from identifier_sets s
  where not exists (select 1 from previous_customer_history p where p.identifier_set_id = s.identifier_set_id)
)
select
  n.identifier_set_id,
  n.customer_id
from new_sets n
where exists (select 1 from previous_customer_history b where b.customer_id = n.customer_id)
  and not exists (select 1 from left_over l where l.customer_id = n.customer_id)
