-- One row per identifier set and source: records that carry the same identifiers count as one from here on.
select
  identifier_set_id,
  source,
  min(identifiers) as identifiers,
  cast(count(*) as bigint) as records,
  min(occurred_at) as first_seen_at,
  max(occurred_at) as last_seen_at,
  -- 18 digits for every year from 1 to 4000, so that text sorts like time; records without a time come last
  min(coalesce(cast(epoch_micros(occurred_at) + 200000000000000000 as string), '999999999999999999') || record_id) as first_record
from events
where identifiers is not null
group by identifier_set_id, source
