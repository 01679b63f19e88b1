import { expect } from '@jest/globals'
import type { Engine } from '../engines/engine.js'
import { fillEvents, lines, withJourneys } from '../testing/journeys.js'
import { sharedData, testWithData } from '../testing/shared-data.js'

const folder = 'journeys/ga4_channel_group'
const csv = (name: string) =>
  `read_csv('${sharedData(folder, name)}', header = true, all_varchar = true)`

const cases = `select *, row_number() over () as case_no from ${csv('cases.csv')}`

const fillCases = (engine: Engine) =>
  fillEvents(
    engine,
    `select cast(case_no as string) as customer, case_no as row_number, timestamp '2024-01-01' as occurred_at,
       'page_view' as event_type, source as utm_source, medium as utm_medium, campaign as utm_campaign
     from (${cases})`,
  )

/** Their list of 819 sources in place of ours. */
const withTheirSources = async (engine: Engine) => {
  await fillCases(engine)
  await engine.execute(
    `create or replace table main.source_categories as
     select lower(source) as source, lower(replace(source_category, 'SOURCE_CATEGORY_', '')) as category, false as any_domain
     from ${csv('ga4_source_categories.csv')}`,
  )
}

/** Row 5 is wrong upstream (a source of the shopping list without a paid medium), as its README shows. */
const expectCases = async (engine: Engine) => {
  const differing = await lines(
    engine,
    `select c.case_no, c.expected_channel, s.channel from sessions s join (${cases}) c on cast(c.case_no as string) = s.customer_id
     where s.channel <> c.expected_channel`,
  )
  expect(differing).toEqual(['5 | Paid Shopping | Organic Shopping'])
  expect(await lines(engine, 'select count(*) from sessions')).toEqual(['30'])
}

testWithData("GA4 channel group: 29 of 30 cases by dbt-ga4's own list of sources", folder, () =>
  withJourneys({}, withTheirSources, expectCases, ['sessions']),
)

testWithData('GA4 channel group: 29 of 30 cases by our registry of sources', folder, () =>
  withJourneys({}, fillCases, expectCases, ['sessions']),
)

testWithData(
  'last non-direct: a direct session inherits the source of the one before',
  folder,
  () =>
    withJourneys(
      {},
      (engine) =>
        fillEvents(
          engine,
          `select client_key as customer, row_number() over () as row_number, session_partition_key as session_hint,
           make_timestamp(cast(session_partition_timestamp as bigint) * 1000000) as occurred_at, 'page_view' as event_type,
           session_source as utm_source, session_medium as utm_medium, session_campaign as utm_campaign
         from ${csv('last_non_direct_input.csv')}`,
        ),
      async (engine) => {
        expect(
          await lines(
            engine,
            `select s.session_hint, n.session_hint as source_hint, n.traffic_source, n.traffic_medium, n.traffic_campaign
           from sessions s join sessions n on n.session_id = s.source_session_id order by 1`,
          ),
        ).toEqual(
          await lines(
            engine,
            `select session_partition_key, session_partition_key_last_non_direct, last_non_direct_source, last_non_direct_medium,
             last_non_direct_campaign from ${csv('last_non_direct_expected.csv')} order by 1`,
          ),
        )
      },
      ['sessions'],
    ),
)
