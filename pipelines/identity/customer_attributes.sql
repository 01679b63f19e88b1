-- One row per customer and attribute: the value that survives and where it comes from. Values that are the customer's own
-- go before shared ones, then the source's rank (setting source_order), then the most recent, then the smallest text.
with said as (
  select component, attribute, value, source, last_seen_at,
    row_number() over (partition by component, attribute
      order by case when is_own then 0 else 1 end nulls last,
        case when array_position(split_list(identity_source_order(), ','), source) = 0 then 1000000
          else array_position(split_list(identity_source_order(), ','), source) end nulls last,
        last_seen_at desc nulls last, value nulls last, source nulls last
      rows between unbounded preceding and current row) as place
  from attribute_values
), counted as (
  select component, attribute, count(distinct value) as values_seen, sum(records) as records
  from attribute_values
  group by component, attribute
)
select
  n.customer_id,
  s.attribute,
  s.value,
  s.source,
  s.last_seen_at as observed_at,
  cast(c.values_seen as bigint) as values_seen,
  cast(c.records as bigint) as records
from said s
join counted c on c.component = s.component and c.attribute = s.attribute
join component_customers n on n.component = s.component
where s.place = 1
