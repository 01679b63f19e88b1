-- One row per Zendesk ticket, rating, public comment, status change or user, from JSON exports or the tables ticket, ticket_comment, ticket_field_history, ticket_chat and user.
with records as (
  select object_id, row_number, loaded_at,
    get_json_object(payload, '$.id') as id,
    get_json_object(payload, '$.ticket_id') as ticket_id,
    get_json_object(payload, '$.requester_id') as requester_id,
    get_json_object(payload, '$.user_id') as user_id,
    get_json_object(payload, '$.author_id') as author_id,
    get_json_object(payload, '$.chat_id') as chat_id,
    get_json_object(payload, '$.actor_id') as actor_id,
    get_json_object(payload, '$.field_name') as field_name,
    get_json_object(payload, '$.value') as field_value,
    get_json_object(payload, '$.updated') as changed_text,
    coalesce(get_json_object(payload, '$.created_at'), get_json_object(payload, '$.created')) as created_text,
    get_json_object(payload, '$.updated_at') as updated_text,
    get_json_object(payload, '$.status') as status,
    get_json_object(payload, '$.subject') as subject,
    get_json_object(payload, '$.description') as description,
    coalesce(get_json_object(payload, '$.body'), get_json_object(payload, '$.plain_body')) as body,
    get_json_object(payload, '$.public') as is_public,
    get_json_object(payload, '$.tags') as tags,
    get_json_object(payload, '$.priority') as priority,
    coalesce(get_json_object(payload, '$.via.channel'), get_json_object(payload, '$.via_channel')) as via_channel,
    get_json_object(payload, '$.satisfaction_rating.id') as rating_id,
    lower(get_json_object(payload, '$.satisfaction_rating.score')) as rating_score,
    get_json_object(payload, '$.satisfaction_rating.comment') as rating_comment,
    get_json_object(payload, '$.satisfaction_rating.created_at') as rating_text,
    lower(get_json_object(payload, '$.score')) as own_score,
    get_json_object(payload, '$.comment') as own_comment,
    get_json_object(payload, '$.role') as user_role,
    get_json_object(payload, '$.name') as user_name,
    get_json_object(payload, '$.email') as email,
    get_json_object(payload, '$.phone') as phone,
    get_json_object(payload, '$.external_id') as external_id
  from raw
), typed_records as (
  select *,
    case when user_role is not null then 'user'
      when actor_id is not null then 'chat_message'
      when chat_id is not null then 'chat'
      when field_name is not null then 'field_change'
      when own_score is not null and ticket_id is not null then 'rating'
      when ticket_id is not null and (body is not null or is_public is not null) then 'comment'
      when requester_id is not null then 'ticket' else 'unknown' end as shape
  from records
), steps as (
  select *,
    explode(step_list) as step
  from (
    select *, split_list(case when shape <> 'ticket' or status = 'deleted' or contains(tags, 'closed_by_merge') then shape
      when rating_score in ('good', 'bad') then 'ticket|ticket_user|ticket_rating' else 'ticket|ticket_user' end, '|') as step_list
    from typed_records) as listed
), judged_steps as (
  select *,
    case when step = 'unknown' then 'unknown_record' when step = 'chat_message' then 'chat_message'
      when step = 'ticket' and status = 'deleted' then 'deleted'
      when step = 'ticket' and contains(tags, 'closed_by_merge') then 'merged'
      when step = 'user' and user_role <> 'end-user' then 'agent'
      when step = 'comment' and not is_true(is_public) then 'internal_note'
      when step = 'rating' and own_score not in ('good', 'bad') then 'no_response'
      when step = 'field_change' and field_name <> 'status' then 'not_a_status_change'
      when step = 'field_change' and blank_to_null(field_value) is null then 'not_a_status_change' end as reason
  from steps
)
select
  object_id, row_number, loaded_at,
  case step when 'ticket_user' then 1 when 'ticket_rating' then 2 else 0 end as record_no,
  case when reason is not null then 'ignored' when step in ('user', 'chat', 'ticket_user') then 'profile' else 'touchpoint' end as record_kind,
  reason as reject_reason,
  case step when 'ticket' then 'ticket:' || id when 'ticket_user' then 'ticket:' || id || ':requester'
    when 'ticket_rating' then 'rating:' || coalesce(rating_id, 'ticket:' || id) when 'rating' then 'rating:' || id
    when 'user' then 'user:' || id when 'comment' then 'comment:' || id when 'chat' then 'chat:' || chat_id
    when 'field_change' then 'ticket:' || ticket_id || ':' || field_name || ':' || changed_text || ':' || field_value end as native_id,
  micros_of(updated_text, 'UTC', '') as precedence,
  case step when 'ticket_rating' then coalesce(rating_text, updated_text) when 'field_change' then changed_text else created_text end as occurred_at,
  case when step = 'ticket' then 'ticket_created' when step in ('ticket_rating', 'rating') then 'csat_response' when step = 'comment' then 'ticket_comment'
    when step = 'field_change' and field_value = 'solved' then 'ticket_solved' when step = 'field_change' and field_value = 'closed' then 'ticket_closed'
    when step = 'field_change' then 'ticket_status_changed' end as event_type,
  'Support' as channel,
  case when step in ('user') then concat_ws(chr(31), identifier('zendesk_user_id', id), identifier('email', email), identifier('phone', phone), identifier('external_id', external_id))
    when step in ('ticket', 'ticket_rating') then identifier('zendesk_user_id', requester_id)
    when step = 'ticket_user' then concat_ws(chr(31), identifier('zendesk_user_id', requester_id), identifier('zendesk_ticket_id', id))
    when step = 'rating' then concat_ws(chr(31), identifier('zendesk_user_id', requester_id), identifier('zendesk_ticket_id', ticket_id))
    when step = 'chat' then concat_ws(chr(31), identifier('zendesk_user_id', user_id), identifier('zendesk_ticket_id', ticket_id))
    else identifier('zendesk_ticket_id', ticket_id) end as identifiers,
  case when step = 'user' then concat_ws(chr(31), attribute('full_name', user_name)) end as attributes,
  case when step = 'ticket_rating' then rating_score when step = 'rating' then own_score end as score,
  case when step in ('ticket_rating', 'rating') then 'csat_good_bad' end as score_scale,
  case step when 'ticket' then strip_html(description) when 'ticket_rating' then rating_comment when 'rating' then own_comment end as sentiment_text,
  json_of_fields(concat_ws(',', json_field('ticket_id', coalesce(ticket_id, case when startswith(step, 'ticket') then id end)),
    json_field('status', case when step = 'ticket' then status when step = 'field_change' then field_value end),
    json_field('priority', blank_to_null(priority)), json_field('via', blank_to_null(via_channel)), json_field('subject', blank_to_null(subject)),
    json_field('author_id', case when step = 'comment' then coalesce(author_id, user_id) end))) as properties
from judged_steps
