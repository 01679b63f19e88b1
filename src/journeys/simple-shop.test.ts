import { expect } from '@jest/globals'
import type { Engine } from '../engines/engine.js'
import { givenTable } from '../testing/engine.js'
import { fillEvents, lines, withJourneys } from '../testing/journeys.js'
import { sharedData, testWithData } from '../testing/shared-data.js'

const folder = 'journeys/simple_shop'
const expected = (name: string) =>
  `read_csv('${sharedData(folder, 'expected', name)}', header = true)`

const settings = {
  journeys_collapse_repeats: false,
  journeys_path_scopes: 'customer,session',
  journeys_step_matrix_steps: 10,
  journeys_max_session_hours: 0,
}

const fillWith = (condition: string) => async (engine: Engine) => {
  await fillEvents(
    engine,
    `select cast(user_id as string) as customer, row_number, timestamp as occurred_at, event as event_type
     from (select *, row_number() over () as row_number from read_csv('${sharedData(folder, 'simple-onlineshop.csv.gz')}', header = true))
     where ${condition}`,
  )
  const steps = ['catalog', 'cart', 'payment_done'].map((event_type, index) => ({
    funnel_id: 'published',
    scope: 'customer',
    step_no: index + 1,
    label: event_type,
    event_type,
  }))
  await givenTable(engine, 'funnel_stages', steps)
}

testWithData('simple shop: the figures printed in the user guide', folder, () =>
  withJourneys(settings, fillWith(`event <> 'lost'`), async (engine) => {
    await expectDescription(engine)
    expect(
      await lines(
        engine,
        `select node, visits, units from node_stats where scope = 'customer' order by node`,
      ),
    ).toEqual(
      await lines(
        engine,
        `select event, occurrences, unique_users from ${expected('published_events.csv')} order by event`,
      ),
    )
    expect(
      await lines(
        engine,
        `select label, entered, 100 * coalesce(rate_previous, 1), 100 * rate_first from funnel_steps order by step_no`,
        2,
      ),
    ).toEqual(await lines(engine, `select * from ${expected('published_funnel.csv')}`, 2))
    await expectPublishedStepMatrix(engine)
  }),
)

/** Users, sessions, and the spans and lengths of both; their lengths count two synthetic events a session more. */
async function expectDescription(engine: Engine): Promise<void> {
  const theirs = await lines(
    engine,
    `select metric, round(cast(in_seconds_or_number as double), 2) from ${expected('published_describe.csv')}
     where metric in ('unique_users', 'events_without_lost', 'unique_sessions_30m', 'path_time_mean', 'path_time_median',
       'path_time_max', 'session_time_mean', 'session_time_std', 'session_time_median', 'session_time_max', 'session_steps_std',
       'session_steps_median_plus_start_end', 'session_steps_max_plus_start_end') order by metric`,
  )
  expect(theirs).toHaveLength(13)
  const ours = await lines(
    engine,
    `with spans as (select scope, steps, (ended_us - started_us) / 1000000 as seconds from path_units)
     select * from (
       select 'unique_users' as metric, count(distinct customer_id) as value from sessions
       union all select 'events_without_lost', sum(touchpoints) from sessions
       union all select 'unique_sessions_30m', count(*) from sessions
       union all select 'path_time_mean', round(avg(seconds)) from spans where scope = 'customer'
       union all select 'path_time_median', round(median(seconds)) from spans where scope = 'customer'
       union all select 'path_time_max', round(max(seconds)) from spans where scope = 'customer'
       union all select 'session_time_mean', round(avg(seconds)) from spans where scope = 'session'
       union all select 'session_time_std', round(stddev_samp(seconds)) from spans where scope = 'session'
       union all select 'session_time_median', round(median(seconds)) from spans where scope = 'session'
       union all select 'session_time_max', round(max(seconds)) from spans where scope = 'session'
       union all select 'session_steps_std', round(stddev_samp(steps), 2) from spans where scope = 'session'
       union all select 'session_steps_median_plus_start_end', median(steps) + 2 from spans where scope = 'session'
       union all select 'session_steps_max_plus_start_end', max(steps) + 2 from spans where scope = 'session'
     ) order by metric`,
  )
  expect(ours).toEqual(theirs)
}

async function expectPublishedStepMatrix(engine: Engine): Promise<void> {
  const theirs = await lines(
    engine,
    `select case event when 'ENDED' then 'path_end' else event end as node, cast(step as bigint) as step, share
     from (unpivot ${expected('published_step_matrix_6.csv')} on columns(* exclude event) into name step value share)
     where share > 0 order by node, step`,
    6,
  )
  expect(
    await lines(
      engine,
      `select node, step_no, share from step_matrix where scope = 'customer' and step_no between 1 and 6 order by node, step_no`,
      6,
    ),
  ).toEqual(theirs)
}

testWithData('simple shop: retentioneering 5.2.0 on all rows', folder, () =>
  withJourneys(settings, fillWith('true'), async (engine) => {
    const sessions = await lines(
      engine,
      'select customer_id, session_no, started_at, ended_at, touchpoints, entry_node, exit_node from sessions order by all',
    )
    expect(sessions).toHaveLength(6454)
    expect(sessions).toEqual(
      await lines(
        engine,
        `select cast(user_id as string) as u, session_index, session_start, session_end, events, first_event, last_event
         from ${expected('sessions_gap_30m.csv.gz')} order by all`,
      ),
    )
    const transitions = await lines(
      engine,
      `select from_node, to_node, moves, units, p_out, p_in from transitions where scope = 'customer' order by all`,
    )
    expect(transitions).toHaveLength(61)
    expect(transitions).toEqual(
      await lines(
        engine,
        `select source, target, transitions, unique_paths, proba_out, proba_in
         from ${expected('transitions_by_user_id.csv')} order by all`,
      ),
    )
    expect(
      await lines(
        engine,
        `select step_no, node, share from step_matrix where scope = 'customer' order by all`,
      ),
    ).toEqual(
      await lines(
        engine,
        `select step, event, share from ${expected('step_matrix_by_user_id.csv')} order by all`,
      ),
    )
    await expectTimes(engine)
  }),
)

/** Their seconds are differences of whole seconds, so that they differ from ours by less than one. */
async function expectTimes(engine: Engine): Promise<void> {
  const [far] = await lines(
    engine,
    `select count(*) from transitions o join ${expected('transitions_by_user_id.csv')} t
       on t.source = o.from_node and t.target = o.to_node
     where o.scope = 'customer' and (abs(coalesce(o.median_seconds, 0) - t.median_seconds) > 1
       or abs(coalesce(o.p95_seconds, 0) - t.q95_seconds) > 1)`,
  )
  expect(far).toBe('0')
}
