-- Churn model on the newest snapshot whose outcome is known, beside the baseline that knows recency alone
select metric,
  round(max(case when model = 'logistic' then value end), 4) as model,
  round(max(case when model = 'recency_only' then value end), 4) as recency_only,
  max(status) as status, max(reason) as remark
from churn_model
where sample = 'test' or status = 'refused'
group by metric
order by metric nulls first
