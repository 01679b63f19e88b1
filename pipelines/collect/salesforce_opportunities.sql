-- One row per creation, stage change or outcome of a Salesforce opportunity, from the objects Opportunity and OpportunityHistory (CSV or table).
with opportunities as (
  select object_id, row_number, loaded_at,
    salesforce_id(get_json_object(payload, '$.id')) as row_id,
    salesforce_id(get_json_object(payload, '$.opportunity_id')) as history_of,
    salesforce_id(get_json_object(payload, '$.contact_id')) as contact_id,
    salesforce_id(get_json_object(payload, '$.account_id')) as account_id,
    get_json_object(payload, '$.name') as name,
    get_json_object(payload, '$.stage_name') as stage_name,
    get_json_object(payload, '$.amount') as amount,
    get_json_object(payload, '$.currency_iso_code') as currency,
    get_json_object(payload, '$.probability') as probability,
    get_json_object(payload, '$.lead_source') as lead_source,
    salesforce_id(get_json_object(payload, '$.campaign_id')) as campaign_id,
    get_json_object(payload, '$.created_date') as created_text,
    get_json_object(payload, '$.close_date') as close_text,
    coalesce(get_json_object(payload, '$.system_modstamp'), get_json_object(payload, '$.last_modified_date'),
      get_json_object(payload, '$.fivetran_start')) as modified_text,
    is_true(get_json_object(payload, '$.is_closed')) as is_closed,
    is_true(get_json_object(payload, '$.is_won')) as is_won,
    is_true(get_json_object(payload, '$.is_deleted')) as is_deleted
  from raw
), steps as (
  select *,
    explode(step_list) as step
  from (
    select *, split_list(case when history_of is not null then 'stage_changed' when is_deleted then 'created|won|lost' when not is_closed then 'created'
      when is_won then 'created|won' else 'created|lost' end, '|') as step_list
    from opportunities) as listed
)
select
  object_id, row_number, loaded_at,
  case step when 'won' then 1 when 'lost' then 2 else 0 end as record_no,
  case when is_deleted then 'ignored' else 'touchpoint' end as record_kind,
  case when is_deleted then 'deleted' end as reject_reason,
  case when step = 'stage_changed' then 'opp:' || history_of || ':stage:' || row_id else 'opp:' || row_id || ':' || step end as native_id,
  micros_of(modified_text, 'UTC', '') as precedence,
  case when step in ('won', 'lost') then substr(close_text, 1, 10) else created_text end as occurred_at,
  'opportunity_' || step as event_type,
  'Sales' as channel,
  concat_ws(chr(31), identifier('sf_contact_id', contact_id), identifier('sf_account_id', account_id),
    case when contact_id is null and account_id is null then identifier('sf_opportunity_id', coalesce(history_of, row_id)) end) as identifiers,
  case when step = 'won' then amount end as revenue,
  case when step = 'won' then currency end as currency,
  json_of_fields(concat_ws(',', json_field('opportunity_id', coalesce(history_of, row_id)), json_field('name', blank_to_null(name)),
    json_field('stage', blank_to_null(stage_name)), json_field('amount', blank_to_null(amount)), json_field('probability', blank_to_null(probability)),
    json_field('lead_source', blank_to_null(lead_source)), json_field('campaign_id', campaign_id))) as properties
from steps
