-- Customers found
select count(*) as customers, count_if(is_anonymous) as anonymous, cast(sum(records) as bigint) as records
from customers
