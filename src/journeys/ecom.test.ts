import { expect } from '@jest/globals'
import type { Engine } from '../engines/engine.js'
import { givenTable } from '../testing/engine.js'
import { fillEvents, lines, withJourneys } from '../testing/journeys.js'
import { sharedData, testWithData } from '../testing/shared-data.js'

const folder = 'journeys/retentioneering_ecom'
const expected = (name: string) =>
  `read_csv('${sharedData(folder, 'expected', name)}', header = true)`

/** The rules of retentioneering 5.2.0: equal neighbours stay, and only a gap longer than the limit splits. */
const settings = {
  journeys_collapse_repeats: false,
  journeys_path_scopes: 'customer,session',
  journeys_step_matrix_steps: 10,
  journeys_max_session_hours: 0,
}

const funnel = [
  'product_view',
  'add_to_cart',
  'cart',
  'shipping_details',
  'payment_details',
  'purchase',
]

const fill = async (engine: Engine) => {
  await fillEvents(
    engine,
    `select user_id as customer, row_number() over () as row_number, timestamp as occurred_at, event as event_type
     from read_csv('${sharedData(folder, 'ecom.csv.gz')}', header = true)`,
  )
  const steps = ['customer', 'session'].flatMap((scope) =>
    funnel.map((event_type, index) => ({
      funnel_id: scope,
      scope,
      step_no: index + 1,
      label: event_type,
      event_type,
    })),
  )
  await givenTable(engine, 'funnel_stages', steps)
}

const units = [
  { scope: 'customer', name: 'user_id' },
  { scope: 'session', name: 'session_id' },
]

testWithData('ecom: retentioneering 5.2.0 has the same tables', folder, () =>
  withJourneys(settings, fill, async (engine) => {
    await expectSessions(engine)
    for (const { scope, name } of units) {
      await expectTransitions(engine, scope, name)
      await expectStepMatrix(engine, scope, name)
      await expectFunnel(engine, scope, name)
    }
    await expectConversionRates(engine)
    await expectPathStatistics(engine)
  }),
)

async function expectSessions(engine: Engine): Promise<void> {
  const ours = await lines(
    engine,
    'select customer_id, started_at, ended_at, touchpoints, entry_node, exit_node from sessions order by all',
  )
  expect(ours).toHaveLength(3605)
  expect(ours).toEqual(
    await lines(
      engine,
      `select user_id, session_start, session_end, events, first_event, last_event
       from ${expected('sessions_gap_30m.csv.gz')} order by all`,
    ),
  )
}

async function expectTransitions(engine: Engine, scope: string, name: string): Promise<void> {
  const ours = await lines(
    engine,
    `select from_node, to_node, moves, units, p_out, p_in, coalesce(median_seconds, 0), coalesce(p95_seconds, 0)
     from transitions where scope = '${scope}' order by all`,
    6,
  )
  expect(ours).toHaveLength(scope === 'customer' ? 367 : 371)
  expect(ours).toEqual(
    await lines(
      engine,
      `select source, target, transitions, unique_paths, proba_out, proba_in, median_seconds, q95_seconds
       from ${expected(`transitions_by_${name}.csv`)} order by all`,
      6,
    ),
  )
}

async function expectStepMatrix(engine: Engine, scope: string, name: string): Promise<void> {
  const theirs = await lines(
    engine,
    `select step, event, share from ${expected(`step_matrix_by_${name}.csv`)} order by all`,
  )
  expect(theirs).toHaveLength(scope === 'customer' ? 172 : 195)
  expect(
    await lines(
      engine,
      `select step_no, node, share from step_matrix where scope = '${scope}' order by all`,
    ),
  ).toEqual(theirs)
}

async function expectFunnel(engine: Engine, scope: string, name: string): Promise<void> {
  expect(
    await lines(
      engine,
      `select label, entered, share_of_all, coalesce(rate_previous, share_of_all)
       from funnel_steps where funnel_id = '${scope}' order by step_no`,
    ),
  ).toEqual(
    await lines(
      engine,
      `select step, unique_paths, conversion_rate, step_conversion_rate
       from ${expected(`funnel_sequential_by_${name}.csv`)}`,
    ),
  )
}

/** Their "given the first start, does the purchase follow" is our conversion_rate_after with its base rate and lift. */
async function expectConversionRates(engine: Engine): Promise<void> {
  const theirs = await lines(
    engine,
    `select start_anchor, paths_with_start, converted, conversion_rate, base_rate, lift
     from ${expected('conversion_rate_by_session_id.csv')}
     where end_anchor = 'purchase' and start_anchor not in ('purchase', 'path_start') order by all`,
  )
  expect(theirs.length).toBeGreaterThan(3)
  expect(
    await lines(
      engine,
      `select node, units, cast(round(units * conversion_rate_after) as bigint), conversion_rate_after, base_rate, lift
       from node_stats where scope = 'session' and node in (
         select start_anchor from ${expected('conversion_rate_by_session_id.csv')} where end_anchor = 'purchase')
       order by all`,
    ),
  ).toEqual(theirs)
}

async function expectPathStatistics(engine: Engine): Promise<void> {
  for (const { scope, name } of units) {
    const theirs = await lines(
      engine,
      `select column0, length, duration from ${expected(`path_stats_${name}.csv`)}
       where column0 in ('count', 'mean', 'min', '50%', 'max') order by column0`,
      3,
    )
    const statistic = (label: string, call: (column: string) => string) =>
      `select '${label}' as statistic, ${call('steps')}, ${call('(ended_us - started_us) / 1000000')}
       from path_units where scope = '${scope}'`
    const ours = await lines(
      engine,
      `${[
        statistic('count', (x) => `count(${x})`),
        statistic('mean', (x) => `avg(${x})`),
        statistic('min', (x) => `min(${x})`),
        statistic('50%', (x) => `median(${x})`),
        statistic('max', (x) => `max(${x})`),
      ].join(' union all ')} order by statistic`,
      3,
    )
    expect(ours).toEqual(theirs)
  }
}

const gaps: [string, number][] = [
  ['10m', 10],
  ['1h', 60],
  ['1d', 1440],
  ['7d', 10080],
]

for (const [name, minutes] of gaps) {
  testWithData(`ecom: sessions at a gap of ${name}`, folder, () =>
    withJourneys(
      { ...settings, journeys_session_timeout_minutes: minutes },
      fill,
      async (engine) => {
        const ours = await lines(
          engine,
          `select sum(sessions), max(sessions), max(events) from (
             select customer_id, count(*) as sessions, max(events) as events from session_bounds group by customer_id)`,
        )
        expect(ours).toEqual(
          await lines(
            engine,
            `select sessions, max_sessions_per_user, max_events_in_session
             from ${expected('sessions_by_gap.csv')} where gap = '${name}'`,
          ),
        )
      },
      ['session_bounds'],
    ),
  )
}

testWithData('ecom: merging equal neighbours leaves 27,174 steps', folder, () =>
  withJourneys(
    { ...settings, journeys_collapse_repeats: true, journeys_path_scopes: 'customer' },
    fill,
    async (engine) => {
      expect(
        await lines(
          engine,
          `select node, count(*), sum(repeats) from path_steps where scope = 'customer' group by node order by node`,
        ),
      ).toEqual(
        await lines(
          engine,
          `select event, events_after_collapse, events_before from ${expected('collapse_loops_by_user.csv')} order by event`,
        ),
      )
    },
    ['path_steps'],
  ),
)
