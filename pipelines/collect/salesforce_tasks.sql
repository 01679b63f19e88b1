-- One row per completed Salesforce activity, from the objects Task and Event (CSV or table).
with activities as (
  select object_id, row_number, loaded_at,
    salesforce_id(get_json_object(payload, '$.id')) as activity_id,
    salesforce_id(get_json_object(payload, '$.who_id')) as who_id,
    salesforce_id(get_json_object(payload, '$.what_id')) as what_id,
    salesforce_id(get_json_object(payload, '$.account_id')) as account_id,
    blank_to_null(get_json_object(payload, '$.completed_date_time')) as completed_text,
    blank_to_null(coalesce(get_json_object(payload, '$.start_date_time'), get_json_object(payload, '$.activity_date_time'))) as start_text,
    substr(blank_to_null(get_json_object(payload, '$.activity_date')), 1, 10) as activity_text,
    get_json_object(payload, '$.created_date') as created_text,
    coalesce(get_json_object(payload, '$.system_modstamp'), get_json_object(payload, '$.last_modified_date')) as modified_text,
    get_json_object(payload, '$.event_subtype') as event_subtype,
    get_json_object(payload, '$.task_subtype') as task_subtype,
    get_json_object(payload, '$.type') as activity_type,
    get_json_object(payload, '$.status') as status,
    get_json_object(payload, '$.subject') as subject,
    get_json_object(payload, '$.is_closed') as is_closed,
    is_true(get_json_object(payload, '$.is_deleted')) as is_deleted
  from raw
), kept_activities as (
  select *,
    startswith(activity_id, '00U') or event_subtype is not null as is_meeting,
    case when is_deleted then 'deleted'
      when not (startswith(activity_id, '00U') or event_subtype is not null)
        and not (is_true(is_closed) or lower(status) = 'completed') then 'task_not_completed' end as reason
  from activities
)
select
  object_id, row_number, loaded_at,
  case when reason is not null then 'ignored' else 'touchpoint' end as record_kind,
  reason as reject_reason,
  'activity:' || activity_id as native_id,
  micros_of(modified_text, 'UTC', '') as precedence,
  case when is_meeting then coalesce(start_text, activity_text, created_text) else coalesce(completed_text, activity_text, created_text) end as occurred_at,
  case when is_meeting then 'sales_meeting'
    when lower(coalesce(task_subtype, activity_type)) = 'call' or lower(activity_type) = 'call' then 'sales_call'
    when lower(coalesce(task_subtype, activity_type)) in ('email', 'list_email', 'listemail') or lower(activity_type) = 'email' then 'sales_email'
    else 'sales_task' end as event_type,
  'Sales' as channel,
  concat_ws(chr(31), case when startswith(who_id, '003') then identifier('sf_contact_id', who_id) when startswith(who_id, '00Q') then identifier('sf_lead_id', who_id) end,
    identifier('sf_account_id', account_id)) as identifiers,
  json_of_fields(concat_ws(',', json_field('subject', blank_to_null(subject)), json_field('status', blank_to_null(status)), json_field('what_id', what_id))) as properties
from kept_activities
