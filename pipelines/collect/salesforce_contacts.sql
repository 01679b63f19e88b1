-- One row per Salesforce contact, from the Data Export CSV, the Bulk API's CSV or the table contact.
with contacts as (
  select object_id, row_number, loaded_at,
    salesforce_id(get_json_object(payload, '$.id')) as contact_id,
    salesforce_id(get_json_object(payload, '$.account_id')) as account_id,
    salesforce_id(get_json_object(payload, '$.master_record_id')) as master_id,
    get_json_object(payload, '$.email') as email,
    get_json_object(payload, '$.phone') as phone,
    get_json_object(payload, '$.mobile_phone') as mobile_phone,
    get_json_object(payload, '$.first_name') as first_name,
    get_json_object(payload, '$.last_name') as last_name,
    get_json_object(payload, '$.name') as full_name,
    get_json_object(payload, '$.mailing_city') as city,
    coalesce(get_json_object(payload, '$.mailing_country_code'), get_json_object(payload, '$.mailing_country')) as country,
    get_json_object(payload, '$.birthdate') as birth_date,
    get_json_object(payload, '$.created_date') as created_text,
    coalesce(get_json_object(payload, '$.system_modstamp'), get_json_object(payload, '$.last_modified_date')) as modified_text,
    get_json_object(payload, '$.lead_source') as lead_source,
    get_json_object(payload, '$.utm_source_c') as utm_source,
    get_json_object(payload, '$.utm_medium_c') as utm_medium,
    get_json_object(payload, '$.utm_campaign_c') as utm_campaign,
    get_json_object(payload, '$.utm_term_c') as utm_term,
    get_json_object(payload, '$.utm_content_c') as utm_content,
    get_json_object(payload, '$.gclid_c') as gclid,
    is_true(get_json_object(payload, '$.is_deleted')) as is_deleted
  from raw
)
select
  object_id, row_number, loaded_at,
  case when is_deleted and master_id is not null then 'profile' when is_deleted then 'ignored' else 'touchpoint' end as record_kind,
  case when is_deleted and master_id is null then 'deleted' end as reject_reason,
  'contact:' || contact_id || case when is_deleted and master_id is not null then ':merged' else ':created' end as native_id,
  micros_of(modified_text, 'UTC', '') as precedence,
  created_text as occurred_at,
  'contact_created' as event_type,
  'Sales' as channel,
  concat_ws(chr(31), identifier('sf_contact_id', contact_id), identifier('sf_contact_id', master_id), identifier('sf_account_id', account_id),
    identifier('email', email), identifier('phone', phone), identifier('phone', mobile_phone)) as identifiers,
  concat_ws(chr(31), attribute('first_name', first_name), attribute('last_name', last_name), attribute('full_name', full_name),
    attribute('city', city), attribute('country', country), attribute('birth_date', birth_date)) as attributes,
  utm_source, utm_medium, utm_campaign, utm_term, utm_content,
  case when blank_to_null(gclid) is not null then 'gclid' end as click_id_type,
  json_of_fields(concat_ws(',', json_field('lead_source', blank_to_null(lead_source)))) as properties
from contacts
