-- One row per Mailchimp e-mail action or audience member, from activity CSV or JSON, the audience CSV or the tables campaign_recipient_activity, automation_recipient_activity, unsubscribe and member.
with records as (
  select object_id, row_number, loaded_at,
    coalesce(get_json_object(payload, '$.email'), get_json_object(payload, '$.email_address')) as email,
    coalesce(get_json_object(payload, '$.member_id'), get_json_object(payload, '$.email_id'),
      case when get_json_object(payload, '$.unique_email_id') is not null then get_json_object(payload, '$.id') end) as member_id,
    coalesce(get_json_object(payload, '$.unique_email_id'), get_json_object(payload, '$.euid')) as unique_email_id,
    coalesce(get_json_object(payload, '$.campaign_id'), get_json_object(payload, '$.automation_email_id')) as campaign_id,
    coalesce(get_json_object(payload, '$.campaign_title'), get_json_object(payload, '$.title')) as campaign_title,
    get_json_object(payload, '$.action') as action,
    get_json_object(payload, '$.timestamp') as time_text,
    get_json_object(payload, '$.url') as url,
    get_json_object(payload, '$.bounce_type') as bounce_type,
    get_json_object(payload, '$.reason') as reason_text,
    get_json_object(payload, '$.activity') as activity,
    get_json_object(payload, '$.status') as status,
    coalesce(get_json_object(payload, '$.merge_fname'), get_json_object(payload, '$.first_name'), get_json_object(payload, '$.merge_fields.FNAME')) as first_name,
    coalesce(get_json_object(payload, '$.merge_lname'), get_json_object(payload, '$.last_name'), get_json_object(payload, '$.merge_fields.LNAME')) as last_name,
    coalesce(get_json_object(payload, '$.country_code'), get_json_object(payload, '$.cc')) as country,
    blank_to_null(coalesce(get_json_object(payload, '$.timestamp_opt'), get_json_object(payload, '$.optin_time'))) as opted_in_text,
    coalesce(get_json_object(payload, '$.last_changed'), get_json_object(payload, '$.fivetran_synced')) as changed_text
  from raw
), typed_records as (
  select *,
    case when activity is not null or action is not null then 'action'
      when time_text is not null and member_id is not null and status is null then 'unsubscribe'
      when status is not null or unique_email_id is not null or opted_in_text is not null then 'member'
      when campaign_id is not null and member_id is not null then 'recipient' else 'unknown' end as shape
  from records
), actions as (
  select *, explode(entry_list) as entry
  from (
    select *, split_list(coalesce(nullif(array_join(json_list(activity, '$'), chr(30)), ''), '{}'), chr(30)) as entry_list
    from typed_records) as listed
), named_actions as (
  select *,
    lower(coalesce(action, get_json_object(entry, '$.action'), case when shape = 'unsubscribe' then 'unsubscribe' end)) as action_name,
    coalesce(time_text, get_json_object(entry, '$.timestamp')) as action_text,
    coalesce(url, get_json_object(entry, '$.url')) as action_url,
    coalesce(bounce_type, get_json_object(entry, '$.type')) as action_bounce
  from actions
)
select
  object_id, row_number, loaded_at,
  cast(row_number() over (partition by object_id, row_number order by action_text nulls last, action_name nulls last, action_url nulls last
    rows between unbounded preceding and current row) as int) - 1 as record_no,
  case when shape in ('action', 'unsubscribe') then 'touchpoint' when shape = 'member' and opted_in_text is not null then 'touchpoint'
    when shape = 'member' then 'profile' else 'ignored' end as record_kind,
  case when shape = 'recipient' then 'sent_without_time' when shape = 'unknown' then 'unknown_record' end as reject_reason,
  case when shape = 'member' then 'member:' || coalesce(member_id, md5(lower(trim(email)))) || ':subscribed'
    else concat_ws('|', coalesce(campaign_id, campaign_title, ''), coalesce(member_id, md5(lower(trim(email)))), action_text, action_name, coalesce(action_url, '')) end as native_id,
  case when shape = 'member' then micros_of(changed_text, source_time_zone(), '') end as precedence,
  case when shape = 'member' then opted_in_text else action_text end as occurred_at,
  case when shape = 'member' then 'email_subscribe' when action_name in ('unsub', 'unsubscribe') then 'email_unsubscribe'
    when action_name in ('abuse', 'complaint') then 'email_spam_report' else 'email_' || snake_case(action_name) end as event_type,
  'Email' as channel,
  concat_ws(chr(31), identifier('email', email), identifier('mailchimp_subscriber_id', coalesce(member_id, md5(lower(trim(blank_to_null(email)))))),
    identifier('mailchimp_email_id', unique_email_id)) as identifiers,
  concat_ws(chr(31), attribute('first_name', first_name), attribute('last_name', last_name), attribute('country', country),
    attribute('consent_email', case when lower(status) = 'subscribed' then 'true' when lower(status) in ('unsubscribed', 'cleaned') then 'false' end)) as attributes,
  url_param(action_url, 'utm_source') as utm_source, url_param(action_url, 'utm_medium') as utm_medium, url_param(action_url, 'utm_campaign') as utm_campaign,
  reason_text as sentiment_text,
  json_of_fields(concat_ws(',', json_field('campaign_id', campaign_id), json_field('campaign_title', campaign_title), json_field('url', action_url),
    json_field('bounce_type', blank_to_null(action_bounce)))) as properties
from named_actions
