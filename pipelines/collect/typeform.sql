-- One row per Typeform response, from webhook bodies, the responses API or a responses CSV whose columns the config names (score, comment, email, user_id).
with responses as (
  select object_id, row_number, loaded_at,
    coalesce(get_json_object(payload, '$.form_response.token'), get_json_object(payload, '$.token'), get_json_object(payload, '$.response_id')) as token,
    coalesce(get_json_object(payload, '$.form_response.form_id'), get_json_object(payload, '$.form_id')) as form_id,
    coalesce(get_json_object(payload, '$.form_response.submitted_at'), get_json_object(payload, '$.submitted_at'), get_json_object(payload, '$.submit_date_utc')) as submitted_text,
    coalesce(get_json_object(payload, '$.form_response.hidden.user_id'), get_json_object(payload, '$.hidden.user_id'), get_json_object(payload, '$.user_id')) as user_id,
    coalesce(get_json_object(payload, '$.form_response.hidden.email'), get_json_object(payload, '$.hidden.email'), get_json_object(payload, '$.email')) as email,
    coalesce(get_json_object(payload, '$.form_response.hidden.utm_source'), get_json_object(payload, '$.hidden.utm_source'), get_json_object(payload, '$.utm_source')) as utm_source,
    coalesce(get_json_object(payload, '$.form_response.hidden.utm_medium'), get_json_object(payload, '$.hidden.utm_medium'), get_json_object(payload, '$.utm_medium')) as utm_medium,
    coalesce(get_json_object(payload, '$.form_response.hidden.utm_campaign'), get_json_object(payload, '$.hidden.utm_campaign'), get_json_object(payload, '$.utm_campaign')) as utm_campaign,
    get_json_object(payload, '$.form_response.definition.title') as title,
    get_json_object(payload, '$.score') as column_score,
    get_json_object(payload, '$.comment') as column_comment,
    coalesce(get_json_object(payload, '$.form_response.answers'), get_json_object(payload, '$.answers')) as answers
  from raw
), answers as (
  select object_id, row_number, explode(answer_list) as answer
  from (
    select *, json_list(answers, '$') as answer_list
    from responses) as listed
), answer_values as (
  select object_id, row_number,
    max(case when get_json_object(answer, '$.field.type') = 'nps' then get_json_object(answer, '$.number') end) as nps_score,
    max(case when get_json_object(answer, '$.field.type') = 'rating' then get_json_object(answer, '$.number') end) as rating_score,
    max(case when get_json_object(answer, '$.field.type') = 'opinion_scale' then get_json_object(answer, '$.number') end) as opinion_score,
    max(case when get_json_object(answer, '$.type') = 'text' and get_json_object(answer, '$.field.type') = 'long_text' then get_json_object(answer, '$.text') end) as long_text,
    max(case when get_json_object(answer, '$.type') = 'text' and get_json_object(answer, '$.field.type') = 'short_text' then get_json_object(answer, '$.text') end) as short_text,
    max(get_json_object(answer, '$.email')) as answered_email,
    max(get_json_object(answer, '$.phone_number')) as answered_phone
  from answers
  group by object_id, row_number
)
select
  r.object_id, r.row_number, r.loaded_at,
  case when r.submitted_text is null then 'ignored' else 'touchpoint' end as record_kind,
  case when r.submitted_text is null then 'not_submitted' end as reject_reason,
  r.token as native_id,
  r.submitted_text as occurred_at,
  'form_response' as event_type,
  'Survey' as channel,
  concat_ws(chr(31), identifier('user_id', r.user_id), identifier('email', coalesce(a.answered_email, r.email)), identifier('phone', a.answered_phone)) as identifiers,
  r.utm_source, r.utm_medium, r.utm_campaign,
  coalesce(a.nps_score, a.rating_score, a.opinion_score, r.column_score) as score,
  case when a.nps_score is not null then 'nps' when a.rating_score is not null then 'csat_5' end as score_scale,
  coalesce(a.long_text, a.short_text, r.column_comment) as sentiment_text,
  json_of_fields(concat_ws(',', json_field('form_id', r.form_id), json_field('title', r.title))) as properties
from responses r
left join answer_values a on a.object_id = r.object_id and a.row_number = r.row_number
