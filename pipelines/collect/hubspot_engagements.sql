-- One row per HubSpot engagement and contact, or per marketing e-mail event, from the API's JSON, CSV or the tables engagement_* and email_event.
with engagements as (
  select object_id, row_number, loaded_at,
    coalesce(get_json_object(payload, '$.engagement.id'), get_json_object(payload, '$.engagement_id'), get_json_object(payload, '$.id'),
      get_json_object(payload, '$.record_id')) as engagement_id,
    upper(coalesce(get_json_object(payload, '$.engagement.type'), get_json_object(payload, '$.type'),
      case when get_json_object(payload, '$.properties.hs_call_body') is not null then 'CALL'
        when get_json_object(payload, '$.properties.hs_meeting_body') is not null then 'MEETING'
        when get_json_object(payload, '$.properties.hs_email_direction') is not null then 'EMAIL'
        when get_json_object(payload, '$.properties.hs_note_body') is not null then 'NOTE'
        when get_json_object(payload, '$.properties.hs_task_status') is not null then 'TASK' end)) as engagement_type,
    get_json_object(payload, '$.engagement_type') as joined_type,
    coalesce(get_json_object(payload, '$.engagement.timestamp'), get_json_object(payload, '$.properties.hs_timestamp'),
      get_json_object(payload, '$.property_hs_timestamp'), get_json_object(payload, '$.activity_date'), get_json_object(payload, '$.created')) as occurred_text,
    coalesce(get_json_object(payload, '$.engagement.createdAt'), get_json_object(payload, '$.properties.hs_createdate'),
      get_json_object(payload, '$.property_hs_createdate')) as logged_text,
    coalesce(get_json_object(payload, '$.engagement.lastUpdated'), get_json_object(payload, '$.properties.hs_lastmodifieddate'),
      get_json_object(payload, '$.property_hs_lastmodifieddate')) as modified_text,
    coalesce(get_json_object(payload, '$.contact_id'), translate(get_json_object(payload, '$.associations.contactIds'), '[]' || chr(34), '')) as contact_list,
    json_list(get_json_object(payload, '$.associations.contacts.results'), '$') as associated_contacts,
    coalesce(get_json_object(payload, '$.metadata.body'), get_json_object(payload, '$.metadata.text'), get_json_object(payload, '$.properties.hs_call_body'),
      get_json_object(payload, '$.properties.hs_meeting_body'), get_json_object(payload, '$.properties.hs_email_text'), get_json_object(payload, '$.properties.hs_note_body'),
      get_json_object(payload, '$.property_hs_call_body'), get_json_object(payload, '$.property_hs_email_text'), get_json_object(payload, '$.property_hs_note_body')) as body,
    coalesce(get_json_object(payload, '$.metadata.subject'), get_json_object(payload, '$.properties.hs_email_subject'), get_json_object(payload, '$.property_hs_email_subject')) as subject,
    coalesce(get_json_object(payload, '$.properties.hs_email_direction'), get_json_object(payload, '$.property_hs_email_direction')) as direction,
    get_json_object(payload, '$.recipient') as recipient,
    coalesce(get_json_object(payload, '$.email_campaign_id'), get_json_object(payload, '$.emailCampaignId')) as email_campaign_id,
    is_true(get_json_object(payload, '$.filtered_event')) or is_true(get_json_object(payload, '$.filteredEvent')) as is_filtered,
    coalesce(get_json_object(payload, '$.portal_subscription_status'), get_json_object(payload, '$.portalSubscriptionStatus'),
      get_json_object(payload, '$.subscriptions')) as subscription_status,
    get_json_object(payload, '$.url') as url,
    coalesce(get_json_object(payload, '$.userAgent'), get_json_object(payload, '$.user_agent')) as user_agent,
    is_true(get_json_object(payload, '$.fivetran_deleted')) or is_true(get_json_object(payload, '$.archived')) as is_deleted
  from raw
), associated_contact_lists as (
  select object_id, row_number, array_join(array_sort(collect_list(get_json_object(associated_contact, '$.id'))), ',') as associated_contact_list
  from (select object_id, row_number, explode(associated_contacts) as associated_contact from engagements) as associations
  group by object_id, row_number
), engagements_by_contact as (
  -- The API names a contact once for each label of its association.
  select *,
    recipient is not null or email_campaign_id is not null as is_email_event,
    explode(distinct_contacts) as contact_id
  from (
    select *, array_distinct(named_contacts) as distinct_contacts
    from (
      select e.*, split_list(translate(coalesce(e.contact_list, c.associated_contact_list, ''), '; ', ','), ',') as named_contacts
      from engagements e
      left join associated_contact_lists c on c.object_id = e.object_id and c.row_number = e.row_number) as named) as listed
)
select
  object_id, row_number, loaded_at,
  array_position(named_contacts, contact_id) - 1 as record_no,
  case when is_filtered or is_deleted or occurred_text is null then 'ignored' else 'touchpoint' end as record_kind,
  case when is_deleted then 'deleted' when is_filtered then 'filtered_event'
    when joined_type is not null and occurred_text is null then 'association_without_time'
    when occurred_text is null then 'unknown_record' end as reject_reason,
  case when is_email_event then 'email_event:' || engagement_id
    else 'engagement:' || engagement_id || coalesce(':' || nullif(contact_id, ''), '') end as native_id,
  micros_of(modified_text, source_time_zone(), '') as precedence,
  occurred_text as occurred_at,
  logged_text as received_at,
  case
    when is_email_event and engagement_type = 'SPAMREPORT' then 'email_spam_report'
    when is_email_event and engagement_type = 'STATUSCHANGE' and contains(upper(subscription_status), 'SUBSCRIBED')
      and not contains(upper(subscription_status), 'UNSUBSCRIBED') then 'email_subscribe'
    when is_email_event and engagement_type in ('UNSUBSCRIBED', 'STATUSCHANGE') then 'email_unsubscribe'
    when is_email_event then 'email_' || lower(engagement_type)
    when engagement_type = 'INCOMING_EMAIL' or direction = 'INCOMING_EMAIL' then 'sales_email_received'
    else 'sales_' || coalesce(lower(engagement_type), 'engagement') end as event_type,
  case when is_email_event then 'Email' else 'Sales' end as channel,
  concat_ws(chr(31), identifier('hubspot_contact_id', contact_id), identifier('email', recipient)) as identifiers,
  user_agent,
  url_param(url, 'utm_source') as utm_source, url_param(url, 'utm_medium') as utm_medium, url_param(url, 'utm_campaign') as utm_campaign,
  case when direction in ('EMAIL', 'FORWARDED_EMAIL') then null else strip_html(body) end as sentiment_text,
  json_of_fields(concat_ws(',', json_field('subject', subject), json_field('email_campaign_id', email_campaign_id), json_field('url', url))) as properties
from engagements_by_contact
