-- One row per creation or conversion of a Salesforce lead, from the Data Export CSV, the Bulk API's CSV or the table lead.
with leads as (
  select object_id, row_number, loaded_at,
    salesforce_id(get_json_object(payload, '$.id')) as lead_id,
    salesforce_id(get_json_object(payload, '$.converted_contact_id')) as contact_id,
    salesforce_id(get_json_object(payload, '$.converted_account_id')) as account_id,
    salesforce_id(get_json_object(payload, '$.master_record_id')) as master_id,
    get_json_object(payload, '$.email') as email,
    get_json_object(payload, '$.phone') as phone,
    get_json_object(payload, '$.mobile_phone') as mobile_phone,
    get_json_object(payload, '$.first_name') as first_name,
    get_json_object(payload, '$.last_name') as last_name,
    get_json_object(payload, '$.company') as company,
    get_json_object(payload, '$.city') as city,
    coalesce(get_json_object(payload, '$.country_code'), get_json_object(payload, '$.country')) as country,
    get_json_object(payload, '$.created_date') as created_text,
    get_json_object(payload, '$.converted_date') as converted_text,
    coalesce(get_json_object(payload, '$.system_modstamp'), get_json_object(payload, '$.last_modified_date')) as modified_text,
    get_json_object(payload, '$.lead_source') as lead_source,
    get_json_object(payload, '$.status') as status,
    get_json_object(payload, '$.utm_source_c') as utm_source,
    get_json_object(payload, '$.utm_medium_c') as utm_medium,
    get_json_object(payload, '$.utm_campaign_c') as utm_campaign,
    get_json_object(payload, '$.utm_term_c') as utm_term,
    get_json_object(payload, '$.utm_content_c') as utm_content,
    get_json_object(payload, '$.gclid_c') as gclid,
    is_true(get_json_object(payload, '$.is_converted')) as is_converted,
    is_true(get_json_object(payload, '$.is_deleted')) as is_deleted
  from raw
), steps as (
  select *,
    explode(step_list) as step
  from (
    select *, split_list(case when is_deleted and master_id is not null then 'merged' when is_deleted or is_converted then 'created|converted'
      else 'created' end, '|') as step_list
    from leads) as listed
)
select
  object_id, row_number, loaded_at,
  case when step = 'converted' then 1 else 0 end as record_no,
  case when step = 'merged' then 'profile' when is_deleted then 'ignored' else 'touchpoint' end as record_kind,
  case when step <> 'merged' and is_deleted then 'deleted' end as reject_reason,
  'lead:' || lead_id || ':' || step as native_id,
  micros_of(modified_text, 'UTC', '') as precedence,
  case when step = 'converted' then substr(converted_text, 1, 10) else created_text end as occurred_at,
  'lead_' || step as event_type,
  'Sales' as channel,
  concat_ws(chr(31), identifier('sf_lead_id', lead_id), identifier('sf_lead_id', master_id), identifier('sf_contact_id', contact_id),
    identifier('sf_account_id', account_id), identifier('email', email), identifier('phone', phone), identifier('phone', mobile_phone)) as identifiers,
  concat_ws(chr(31), attribute('first_name', first_name), attribute('last_name', last_name), attribute('company', company),
    attribute('city', city), attribute('country', country)) as attributes,
  case when step = 'created' then utm_source end as utm_source, case when step = 'created' then utm_medium end as utm_medium,
  case when step = 'created' then utm_campaign end as utm_campaign, case when step = 'created' then utm_term end as utm_term,
  case when step = 'created' then utm_content end as utm_content,
  case when step = 'created' and blank_to_null(gclid) is not null then 'gclid' end as click_id_type,
  json_of_fields(concat_ws(',', json_field('lead_source', blank_to_null(lead_source)), json_field('status', blank_to_null(status)))) as properties
from steps
