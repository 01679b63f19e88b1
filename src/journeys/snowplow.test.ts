import { expect } from '@jest/globals'
import type { Engine } from '../engines/engine.js'
import { givenTable } from '../testing/engine.js'
import { fillEvents, lines, withJourneys } from '../testing/journeys.js'
import { sharedData, testWithData } from '../testing/shared-data.js'

const folder = 'journeys/snowplow_web'
const csv = (name: string) => `read_csv('${sharedData(folder, name)}', header = true)`
const expected = (name: string) =>
  csv(`expected/snowplow_web_${name}_expected.csv`).replace(
    'header = true',
    'header = true, all_varchar = true',
  )

/** The rules of snowplow-web: the tracker's sessions, cut after three days, without late events. */
const settings = {
  journeys_max_session_hours: 72,
  journeys_include_late: false,
  journeys_engaged_session_seconds: 20,
  journeys_engaged_by_duration: false,
  journeys_same_conversion_minutes: 0,
  journeys_own_domains: 'snowplowanalytics.com',
}

/**
 * The earliest copy of each event, in the order of derived time, device time and event id; a session belongs to the
 * user it was first seen with.
 */
const copies = () => `
  select *, row_number() over (partition by event_id order by collector_tstamp, dvce_created_tstamp) as copy,
    nullif(nullif(get_json_object(contexts_com_snowplowanalytics_snowplow_web_page_1_0_0, '$[0].id'), 'null'), '') as page_view_id
  from ${csv('source/snowplow_web_events.csv.gz')}`

const fill = async (engine: Engine) => {
  await engine.execute(`create or replace temp table copies as ${copies()}`)
  await fillEvents(
    engine,
    `select coalesce(min_by(coalesce(domain_userid, ''), collector_tstamp) over (partition by domain_sessionid), event_id) as customer,
       row_number() over (order by dvce_created_tstamp, event_id) as row_number, event_id as native_id,
       case when event_name = 'page_ping' then 'engagement' else 'touchpoint' end as record_kind,
       case when event_name = 'page_view' and page_view_id is null then 'untitled_view' else event_name end as event_type,
       derived_tstamp as occurred_at, collector_tstamp as received_at, domain_userid as device_key, domain_sessionid as session_hint,
       mkt_source as utm_source, mkt_medium as utm_medium, mkt_campaign as utm_campaign, page_referrer as referrer_url, page_url,
       useragent as user_agent,
       page_view_id as view_key, case when page_view_id is not null then '{"page_view_id":"' || page_view_id || '"}' end as properties
     from copies where copy = 1`,
  )
  await givenTable(engine, 'goals', [
    { goal_id: 'view_page', priority: 1, event_type: 'page_view' },
  ])
}

testWithData('snowplow-web: 18 sessions, 43 page views and 11 users are the same', folder, () =>
  withJourneys(settings, fill, async (engine) => {
    await engine.execute(
      `create temp view listed as select * from sessions where session_hint is not null and views > 0 and break_reason <> 'cap'`,
    )
    await expectSessions(engine)
    await expectChannels(engine)
    await expectPageViews(engine)
    await expectUsers(engine)
  }),
)

/** Their test forces one session with a single ping to be engaged, against their own rule. */
async function expectSessions(engine: Engine): Promise<void> {
  const ours = await lines(
    engine,
    `select session_hint, device_key, started_at, ended_at, views, engaged_seconds, events,
       floor(epoch(date_trunc('second', ended_at)) - epoch(date_trunc('second', started_at))) as seconds, is_engaged
     from listed order by session_hint`,
  )
  expect(ours).toHaveLength(18)
  expect(ours).toEqual(
    await lines(
      engine,
      `select domain_sessionid, domain_userid, start_tstamp::timestamp, end_tstamp::timestamp, page_views, engaged_time_in_s,
         total_events, absolute_time_in_s,
         is_engaged::boolean and domain_sessionid not like '0b0c7bb589ebd041177514f3e43446ca5d4343328936d2f8f12a42b41bf9140e'
       from ${expected('sessions')} order by domain_sessionid`,
    ),
  )
}

/** Sessions with campaign parameters; for the others theirs has no referrer rules, ours has. */
async function expectChannels(engine: Engine): Promise<void> {
  expect(
    await lines(
      engine,
      `select session_hint, channel from listed where traffic_medium in ('ppc', 'display') order by session_hint`,
    ),
  ).toEqual(
    await lines(
      engine,
      `select domain_sessionid, default_channel_group from ${expected('sessions')}
       where mkt_medium is not null order by domain_sessionid`,
    ),
  )
}

async function expectPageViews(engine: Engine): Promise<void> {
  const ours = await lines(
    engine,
    `with views as (
       select t.source_event_id, t.session_hint, t.occurred_at, get_json_object(t.properties, '$.page_view_id') as page_view_id,
         row_number() over (partition by t.session_id, get_json_object(t.properties, '$.page_view_id') order by t.sequence_no) as copy,
         t.session_id, t.sequence_no
       from touchpoints t join listed l on l.session_id = t.session_id
       where t.event_type = 'page_view')
     select page_view_id, source_event_id, session_hint, occurred_at,
       row_number() over (partition by session_id order by sequence_no) as view_no,
       count(*) over (partition by session_id) as views
     from views where copy = 1 order by page_view_id`,
  )
  expect(ours).toHaveLength(43)
  expect(ours).toEqual(
    await lines(
      engine,
      `select page_view_id, event_id, domain_sessionid, derived_tstamp::timestamp, page_view_in_session_index, page_views_in_session
       from ${expected('page_views')} order by page_view_id`,
    ),
  )
}

async function expectUsers(engine: Engine): Promise<void> {
  const ours = await lines(
    engine,
    `select device_key, min(started_at), max(ended_at), sum(views), count(*), sum(engaged_seconds)
     from listed where device_key is not null group by device_key order by device_key`,
  )
  expect(ours).toEqual(
    await lines(
      engine,
      `select domain_userid, start_tstamp::timestamp, end_tstamp::timestamp, page_views, sessions, engaged_time_in_s
       from ${expected('users')} order by domain_userid`,
    ),
  )
  expect(ours).toHaveLength(11)
}
