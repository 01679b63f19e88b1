import { expect, test } from '@jest/globals'
import type { Engine } from '../engines/engine.js'
import { fillEvents, lines, sharedFile, testWithData, withJourneys } from '../testing/journeys.js'

const folder = 'retentioneering_ecom'
const csv = (name: string) =>
  `read_csv('${sharedFile(folder, 'expected', name)}', header = true, all_varchar = true)`

/** The rules of retentioneering 5.2.0: equal neighbours stay, no journeys, a gap longer than the limit splits. */
const settings = {
  journeys_collapse_repeats: false,
  journeys_path_max_steps: 0,
  journeys_step_matrix_steps: 10,
  journeys_trust_source_sessions: false,
  journeys_max_session_hours: 0,
}

const fill = (engine: Engine) =>
  fillEvents(
    engine,
    `select user_id as customer, row_number() over () as row_number, timestamp as occurred_at, event as event_type,
       session_id as session_hint
     from read_csv('${sharedFile(folder, 'ecom.csv.gz')}', header = true)`,
  )

test('x', () => {})
testWithData('sessions of ecom at a gap of 30 minutes are its own sessions', folder, () =>
  withJourneys(settings, fill, async (engine) => {
    const ours = await lines(
      engine,
      `select customer_id, started_at, ended_at, touchpoints, entry_node, exit_node from sessions order by all`,
    )
    const theirs = await lines(
      engine,
      `select user_id, session_start::timestamp, session_end::timestamp, events, first_event, last_event
       from ${csv('sessions_gap_30m.csv.gz')} order by all`,
    )
    expect(ours).toHaveLength(3605)
    expect(ours).toEqual(theirs)
  }),
)
