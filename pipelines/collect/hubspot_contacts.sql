-- One row per dated step of a HubSpot contact, from the contacts CSV, the API's JSON or the tables contact, contact_form_submission and contact_merge_audit.
with contacts as (
  select object_id, row_number, loaded_at,
    coalesce(get_json_object(payload, '$.record_id'), get_json_object(payload, '$.id'), get_json_object(payload, '$.vid'),
      get_json_object(payload, '$.contact_id')) as contact_id,
    get_json_object(payload, '$.vid_to_merge') as merged_id,
    coalesce(get_json_object(payload, '$.merged_record_ids'), get_json_object(payload, '$.merged_contact_ids'),
      get_json_object(payload, '$.properties.hs_merged_object_ids'), get_json_object(payload, '$.property_hs_merged_object_ids')) as merged_ids,
    coalesce(get_json_object(payload, '$.email'), get_json_object(payload, '$.properties.email'), get_json_object(payload, '$.property_email')) as email,
    coalesce(get_json_object(payload, '$.phone_number'), get_json_object(payload, '$.properties.phone'), get_json_object(payload, '$.property_phone')) as phone,
    coalesce(get_json_object(payload, '$.mobile_phone_number'), get_json_object(payload, '$.properties.mobilephone'), get_json_object(payload, '$.property_mobilephone')) as mobile,
    get_json_object(payload, '$.hutk') as hutk,
    coalesce(get_json_object(payload, '$.first_name'), get_json_object(payload, '$.properties.firstname'), get_json_object(payload, '$.property_firstname')) as first_name,
    coalesce(get_json_object(payload, '$.last_name'), get_json_object(payload, '$.properties.lastname'), get_json_object(payload, '$.property_lastname')) as last_name,
    coalesce(get_json_object(payload, '$.associated_company'), get_json_object(payload, '$.company_name'),
      get_json_object(payload, '$.properties.company'), get_json_object(payload, '$.property_company')) as company,
    coalesce(get_json_object(payload, '$.lifecycle_stage'), get_json_object(payload, '$.properties.lifecyclestage'), get_json_object(payload, '$.property_lifecyclestage')) as lifecycle_stage,
    coalesce(get_json_object(payload, '$.country_region'), get_json_object(payload, '$.properties.country'), get_json_object(payload, '$.property_country')) as country,
    coalesce(get_json_object(payload, '$.city'), get_json_object(payload, '$.properties.city'), get_json_object(payload, '$.property_city')) as city,
    snake_case(coalesce(get_json_object(payload, '$.original_source'), get_json_object(payload, '$.original_traffic_source'),
      get_json_object(payload, '$.properties.hs_analytics_source'), get_json_object(payload, '$.property_hs_analytics_source'))) as original_source,
    coalesce(get_json_object(payload, '$.original_source_drill_down_1'), get_json_object(payload, '$.properties.hs_analytics_source_data_1')) as source_detail,
    coalesce(get_json_object(payload, '$.first_conversion'), get_json_object(payload, '$.properties.first_conversion_event_name')) as first_conversion,
    coalesce(get_json_object(payload, '$.last_modified_date'), get_json_object(payload, '$.properties.lastmodifieddate'),
      get_json_object(payload, '$.fivetran_synced')) as modified_text,
    is_true(get_json_object(payload, '$.fivetran_deleted')) or is_true(get_json_object(payload, '$.archived')) as is_deleted,
    get_json_object(payload, '$.conversion_id') as conversion_id,
    get_json_object(payload, '$.timestamp') as submitted_text,
    get_json_object(payload, '$.page_url') as page_url,
    get_json_object(payload, '$.title') as page_title,
    blank_to_null(coalesce(get_json_object(payload, '$.create_date'), get_json_object(payload, '$.properties.createdate'), get_json_object(payload, '$.property_createdate'))) as created_text,
    blank_to_null(coalesce(get_json_object(payload, '$.first_conversion_date'), get_json_object(payload, '$.properties.first_conversion_date'),
      get_json_object(payload, '$.property_first_conversion_date'))) as first_conversion_text,
    blank_to_null(coalesce(get_json_object(payload, '$.recent_conversion_date'), get_json_object(payload, '$.properties.recent_conversion_date'))) as recent_conversion_text,
    blank_to_null(coalesce(get_json_object(payload, '$.became_a_subscriber_date'), get_json_object(payload, '$.properties.hs_lifecyclestage_subscriber_date'))) as subscriber_text,
    blank_to_null(coalesce(get_json_object(payload, '$.became_a_lead_date'), get_json_object(payload, '$.properties.hs_lifecyclestage_lead_date'))) as lead_text,
    blank_to_null(coalesce(get_json_object(payload, '$.became_a_marketing_qualified_lead_date'), get_json_object(payload, '$.properties.hs_lifecyclestage_marketingqualifiedlead_date'))) as marketing_text,
    blank_to_null(coalesce(get_json_object(payload, '$.became_a_sales_qualified_lead_date'), get_json_object(payload, '$.properties.hs_lifecyclestage_salesqualifiedlead_date'))) as sales_text,
    blank_to_null(coalesce(get_json_object(payload, '$.became_an_opportunity_date'), get_json_object(payload, '$.properties.hs_lifecyclestage_opportunity_date'))) as opportunity_text,
    blank_to_null(coalesce(get_json_object(payload, '$.became_a_customer_date'), get_json_object(payload, '$.properties.hs_lifecyclestage_customer_date'))) as customer_text,
    blank_to_null(coalesce(get_json_object(payload, '$.became_an_evangelist_date'), get_json_object(payload, '$.properties.hs_lifecyclestage_evangelist_date'))) as evangelist_text
  from raw
), dated_lists as (
  select *,
    case when merged_id is not null then 'profile='
      when conversion_id is not null then 'form_submission=' || coalesce(submitted_text, '')
      else coalesce(nullif(concat_ws('|',
        'created=' || case when first_conversion_text is null then created_text end,
        'first_conversion=' || first_conversion_text,
        'recent_conversion=' || nullif(recent_conversion_text, first_conversion_text),
        'became_subscriber=' || subscriber_text, 'became_lead=' || lead_text,
        'became_marketing_qualified_lead=' || marketing_text, 'became_sales_qualified_lead=' || sales_text,
        'became_opportunity=' || opportunity_text, 'became_customer=' || customer_text,
        'became_evangelist=' || evangelist_text), ''), 'profile=') end as dated_list
  from contacts
), steps as (
  select *, explode(step_entry_list) as step_entry
  from (
    select *, split_list(dated_list, '|') as step_entry_list
    from dated_lists) as listed
), named_steps as (
  select *, split_part(step_entry, '=', 1) as step, nullif(split_part(step_entry, '=', 2), '') as step_text
  from steps
)
select
  object_id, row_number, loaded_at,
  array_position(split_list(dated_list, '|'), step_entry) - 1 as record_no,
  case when is_deleted then 'ignored' when step = 'profile' then 'profile' else 'touchpoint' end as record_kind,
  case when is_deleted then 'deleted' end as reject_reason,
  case when step = 'form_submission' then 'form:' || conversion_id
    when merged_id is not null then 'merge:' || contact_id || ':' || merged_id
    else 'contact:' || contact_id || ':' || step end as native_id,
  micros_of(modified_text, source_time_zone(), '') as precedence,
  step_text as occurred_at,
  case when step in ('form_submission', 'first_conversion', 'recent_conversion') then 'form_submission'
    when step = 'created' then 'contact_created'
    when startswith(step, 'became_') then 'lifecycle_' || substr(step, 8) end as event_type,
  case when step not in ('first_conversion', 'created') then null
    when original_source = 'paid_search' then 'Paid Search' when original_source = 'organic_search' then 'Organic Search'
    when original_source = 'paid_social' then 'Paid Social' when original_source in ('social_media', 'organic_social') then 'Organic Social'
    when original_source = 'email_marketing' then 'Email' when original_source in ('referrals', 'referral') then 'Referral'
    when original_source in ('direct_traffic', 'direct') then 'Direct' when original_source = 'other_campaigns' then 'Unassigned' end as channel,
  concat_ws(chr(31), identifier('hubspot_contact_id', contact_id), identifier('hubspot_contact_id', merged_id),
    'hubspot_contact_id=' || replace(replace(blank_to_null(merged_ids), ' ', ''), ';', chr(31) || 'hubspot_contact_id='),
    identifier('email', email), identifier('phone', phone), identifier('phone', mobile), identifier('hubspot_utk', hutk)) as identifiers,
  concat_ws(chr(31), attribute('first_name', first_name), attribute('last_name', last_name), attribute('company', company),
    attribute('lifecycle_stage', lifecycle_stage), attribute('country', country), attribute('city', city)) as attributes,
  page_url, page_title,
  json_of_fields(concat_ws(',', json_field('original_source_detail', source_detail),
    json_field('conversion', case when step = 'first_conversion' then first_conversion end))) as properties
from named_steps
