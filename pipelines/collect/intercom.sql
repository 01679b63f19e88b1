-- One row per Intercom conversation, customer message, rating or contact, from the API's JSON or the tables conversation_history, conversation_part_history, conversation_contact_history and contact_history.
with records as (
  select object_id, row_number, loaded_at,
    get_json_object(payload, '$.id') as id,
    get_json_object(payload, '$.conversation_id') as conversation_id,
    get_json_object(payload, '$.contact_id') as contact_id,
    get_json_object(payload, '$.part_type') as part_type,
    get_json_object(payload, '$.author_type') as author_type,
    get_json_object(payload, '$.author_id') as author_id,
    get_json_object(payload, '$.body') as part_body,
    get_json_object(payload, '$.role') as contact_role,
    get_json_object(payload, '$.created_at') as created_text,
    get_json_object(payload, '$.updated_at') as updated_text,
    coalesce(get_json_object(payload, '$.source.body'), get_json_object(payload, '$.source_body')) as body,
    coalesce(get_json_object(payload, '$.source.type'), get_json_object(payload, '$.source_type')) as source_type,
    coalesce(get_json_object(payload, '$.source.url'), get_json_object(payload, '$.source_url')) as source_url,
    coalesce(get_json_object(payload, '$.source.author.type'), get_json_object(payload, '$.source_author_type')) as source_author_type,
    coalesce(get_json_object(payload, '$.source.author.id'), get_json_object(payload, '$.source_author_id')) as source_author_id,
    get_json_object(payload, '$.source.author.email') as source_author_email,
    get_json_object(payload, '$.contacts.contacts[0].id') as first_contact_id,
    get_json_object(payload, '$.contacts.contacts[0].external_id') as first_external_id,
    get_json_object(payload, '$.state') as state,
    get_json_object(payload, '$.statistics.count_reopens') as reopens,
    get_json_object(payload, '$.statistics.time_to_admin_reply') as seconds_to_reply,
    coalesce(get_json_object(payload, '$.conversation_rating.rating'), get_json_object(payload, '$.conversation_rating_value')) as rating,
    coalesce(get_json_object(payload, '$.conversation_rating.remark'), get_json_object(payload, '$.conversation_rating_remark')) as remark,
    coalesce(get_json_object(payload, '$.conversation_rating.created_at'), get_json_object(payload, '$.conversation_rating_created_at')) as rated_text,
    json_list(get_json_object(payload, '$.conversation_parts.conversation_parts'), '$') as parts,
    get_json_object(payload, '$.tag_id') as tag_id,
    get_json_object(payload, '$.email') as email,
    get_json_object(payload, '$.phone') as phone,
    get_json_object(payload, '$.external_id') as external_id,
    get_json_object(payload, '$.name') as contact_name,
    coalesce(get_json_object(payload, '$.location.country'), get_json_object(payload, '$.location_country')) as country,
    coalesce(get_json_object(payload, '$.location.city'), get_json_object(payload, '$.location_city')) as city
  from raw
), typed_records as (
  select *,
    case when tag_id is not null then 'tag' when part_type is not null then 'part'
      when conversation_id is not null and contact_id is not null then 'participant'
      when contact_role is not null then 'contact'
      when body is not null or source_type is not null or source_author_type is not null then 'conversation' else 'unknown' end as shape,
    coalesce(first_contact_id, case when source_author_type in ('user', 'lead', 'contact') then source_author_id end) as customer_id
  from records
), api_parts as (
  select object_id, row_number, loaded_at, id as conversation_id, customer_id, first_external_id, explode(parts) as part
  from typed_records
  where shape = 'conversation'
), messages as (
  select object_id, row_number, loaded_at, conversation_id, customer_id, first_external_id,
    get_json_object(part, '$.id') as part_id,
    get_json_object(part, '$.part_type') as part_type,
    get_json_object(part, '$.author.type') as author_type,
    get_json_object(part, '$.author.id') as author_id,
    get_json_object(part, '$.created_at') as created_text,
    get_json_object(part, '$.updated_at') as updated_text,
    get_json_object(part, '$.body') as body
  from api_parts
), steps as (
  select object_id, row_number, loaded_at, 0 as record_no, shape as step,
    case when shape = 'tag' then 'not_an_event' when shape = 'unknown' then 'unknown_record'
      when shape = 'contact' and contact_role = 'admin' then 'agent'
      when shape = 'part' and part_type in ('note', 'note_and_reopen') then 'internal_note'
      when shape = 'part' and part_type not in ('comment', 'open', 'close') then 'not_a_message'
      when shape = 'part' and part_type = 'comment' and author_type not in ('user', 'lead', 'contact') then 'agent_message' end as reason,
    id as step_id, conversation_id, customer_id, first_external_id, part_type, author_type, author_id, contact_id,
    created_text as step_text, updated_text,
    -- What an agent or a bot writes as it closes a conversation is no word of the customer's.
    case when shape = 'conversation' then body
      when shape = 'part' and coalesce(author_type, '') not in ('admin', 'bot', 'team') then part_body end as body, cast(null as string) as rating,
    source_type, source_url, source_author_email, state, reopens, seconds_to_reply, email, phone, external_id, contact_name, country, city
  from typed_records
  union all
  select object_id, row_number, loaded_at, 1, 'participant', null, id, id, null, first_external_id, null, null, null, customer_id, null, updated_text, null, null,
    null, null, null, null, null, null, null, null, null, null, null, null
  from typed_records
  where shape = 'conversation' and customer_id is not null
  union all
  select object_id, row_number, loaded_at, 2, 'rating', null, id, id, customer_id, first_external_id, null, null, null, null, rated_text, updated_text, remark, rating,
    null, null, null, null, null, null, null, null, null, null, null, null
  from typed_records
  where shape = 'conversation' and blank_to_null(rating) is not null
  union all
  select object_id, row_number, loaded_at, 2 + cast(row_number() over (partition by object_id, row_number order by part_id nulls last
      rows between unbounded preceding and current row) as int), 'part', null, part_id, conversation_id, customer_id, first_external_id, part_type, author_type, author_id, null,
    created_text, updated_text, case when coalesce(author_type, '') not in ('admin', 'bot', 'team') then body end,
    null, null, null, null, null, null, null, null, null, null, null, null, null
  from messages
  where part_type in ('open', 'close') or (part_type = 'comment' and author_type in ('user', 'lead', 'contact'))
)
select
  object_id, row_number, loaded_at, record_no,
  case when reason is not null then 'ignored' when step in ('contact', 'participant') then 'profile' else 'touchpoint' end as record_kind,
  reason as reject_reason,
  case step when 'conversation' then 'conversation:' || step_id when 'rating' then 'conversation:' || step_id || ':rating'
    when 'participant' then 'conversation:' || conversation_id || ':contact:' || contact_id
    when 'contact' then 'contact:' || step_id when 'part' then 'part:' || conversation_id || ':' || step_id end as native_id,
  micros_of(updated_text, 'UTC', '') as precedence,
  step_text as occurred_at,
  case when step = 'conversation' then 'conversation_started' when step = 'rating' then 'csat_response'
    when step = 'part' and part_type = 'close' then 'conversation_closed' when step = 'part' and part_type = 'open' then 'conversation_reopened'
    when step = 'part' then 'conversation_reply' end as event_type,
  'Support' as channel,
  case when step = 'contact' then concat_ws(chr(31), identifier('intercom_contact_id', step_id), identifier('email', email), identifier('phone', phone), identifier('external_id', external_id))
    when step = 'participant' then concat_ws(chr(31), identifier('intercom_contact_id', contact_id), identifier('intercom_conversation_id', conversation_id))
    else concat_ws(chr(31), identifier('intercom_contact_id', coalesce(customer_id, case when author_type in ('user', 'lead', 'contact') then author_id end)),
      identifier('external_id', first_external_id),
      case when customer_id is null then identifier('intercom_conversation_id', coalesce(conversation_id, step_id)) end) end as identifiers,
  case when step = 'contact' then concat_ws(chr(31), attribute('full_name', contact_name), attribute('country', country), attribute('city', city)) end as attributes,
  rating as score,
  case when rating is not null then 'csat_5' end as score_scale,
  strip_html(body) as sentiment_text,
  json_of_fields(concat_ws(',', json_field('source_type', source_type), json_field('state', state), json_field('reopens', reopens),
    json_field('seconds_to_reply', seconds_to_reply))) as properties
from steps
