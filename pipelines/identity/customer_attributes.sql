-- One row per customer and attribute: the value that survives and where it comes from. Values that are the customer's own
-- go before shared ones, then the source's rank (setting source_order), then the most recent, then the smallest text.
with said as (
  select n.customer_id, v.attribute, v.value, v.source, v.last_seen_at, v.records,
    row_number() over (partition by n.customer_id, v.attribute
      order by case when v.is_own then 0 else 1 end nulls last,
        case when array_position(split_list(identity_source_order(), ','), v.source) = 0 then 1000000
          else array_position(split_list(identity_source_order(), ','), v.source) end nulls last,
        v.last_seen_at desc nulls last, v.value nulls last, v.source nulls last, v.identifier_set_id nulls last
      rows between unbounded preceding and current row) as place
  from attribute_values v
  join identity_sets n on n.identifier_set_id = v.identifier_set_id
), counted as (
  select customer_id, attribute, count(distinct value) as values_seen, sum(records) as records
  from said
  group by customer_id, attribute
)
select
  s.customer_id,
  s.attribute,
  s.value,
  s.source,
  s.last_seen_at as observed_at,
  cast(c.values_seen as bigint) as values_seen,
  cast(c.records as bigint) as records
from said s
join counted c on c.customer_id = s.customer_id and c.attribute = s.attribute
where s.place = 1
