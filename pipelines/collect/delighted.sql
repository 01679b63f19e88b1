-- One row per Delighted survey response, from webhook bodies (created, then updated), the API's JSON or the responses CSV.
with responses as (
  select object_id, row_number, loaded_at,
    coalesce(get_json_object(payload, '$.event_data.id'), get_json_object(payload, '$.response_id'), get_json_object(payload, '$.id')) as response_id,
    coalesce(get_json_object(payload, '$.event_data.person.id'), get_json_object(payload, '$.person.id'), get_json_object(payload, '$.person_id')) as person_id,
    coalesce(get_json_object(payload, '$.event_data.person.email'), get_json_object(payload, '$.person.email'),
      get_json_object(payload, '$.person_email'), get_json_object(payload, '$.email')) as email,
    coalesce(get_json_object(payload, '$.event_data.person.phone_number'), get_json_object(payload, '$.person.phone_number'), get_json_object(payload, '$.phone_number')) as phone,
    coalesce(get_json_object(payload, '$.event_data.person.name'), get_json_object(payload, '$.person.name'), get_json_object(payload, '$.name')) as name,
    lower(coalesce(get_json_object(payload, '$.event_data.survey_type'), get_json_object(payload, '$.survey_type'), 'nps')) as survey_type,
    coalesce(get_json_object(payload, '$.event_data.score'), get_json_object(payload, '$.score')) as score,
    coalesce(get_json_object(payload, '$.event_data.comment'), get_json_object(payload, '$.comment')) as comment,
    coalesce(get_json_object(payload, '$.event_data.created_at'), get_json_object(payload, '$.created_at'), get_json_object(payload, '$.response_created_at')) as created_text,
    coalesce(get_json_object(payload, '$.event_data.updated_at'), get_json_object(payload, '$.updated_at'), get_json_object(payload, '$.response_updated_at')) as updated_text
  from raw
)
select
  object_id, row_number, loaded_at,
  case when blank_to_null(score) is null then 'ignored' else 'touchpoint' end as record_kind,
  case when blank_to_null(score) is null then 'no_response' end as reject_reason,
  response_id as native_id,
  micros_of(coalesce(updated_text, created_text), source_time_zone(), '') as precedence,
  created_text as occurred_at,
  snake_case(survey_type) || '_response' as event_type,
  'Survey' as channel,
  concat_ws(chr(31), identifier('email', email), identifier('phone', phone), identifier('delighted_person_id', person_id)) as identifiers,
  concat_ws(chr(31), attribute('full_name', name)) as attributes,
  score,
  case survey_type when 'nps' then 'nps' when 'csat' then 'csat_5' when 'smileys' then 'csat_5' when 'stars' then 'csat_5' when 'ces' then 'ces_7' end as score_scale,
  comment as sentiment_text
from responses
