import { expect } from '@jest/globals'
import type { Engine } from '../engines/engine.js'
import { fillEvents, lines, withJourneys } from '../testing/journeys.js'
import { sharedData, testWithData } from '../testing/shared-data.js'

const folder = 'journeys/retentioneering_fixtures'
const file = (name: string) => sharedData(folder, name)

/** Every event has the same time: the order of the file decides, and the source names the sessions. */
const fillFrom = (input: string) => (engine: Engine) =>
  fillEvents(
    engine,
    `select user_id as customer, row_number() over () as row_number, timestamp as occurred_at, event as event_type,
       session_id as session_hint
     from read_csv('${file(input)}', header = true, delim = chr(9))`,
  )

const settings = {
  journeys_collapse_repeats: false,
  journeys_path_scopes: 'customer,session',
  journeys_step_matrix_steps: 5,
}

testWithData('transitions of equal times follow the order of the file', folder, () =>
  withJourneys(settings, fillFrom('transition_matrix_input.csv'), async (engine) => {
    for (const [scope, name] of [
      ['customer', 'user'],
      ['session', 'session'],
    ]) {
      expect(
        await lines(
          engine,
          `select from_node, to_node, moves from transitions where scope = '${scope}' order by all`,
        ),
      ).toEqual(
        await lines(
          engine,
          `select source, target, transitions
           from read_csv('${file(`expected_transition_count_by_${name}.csv`)}', header = true) order by all`,
        ),
      )
    }
  }),
)

testWithData('a step matrix of equal times follows the order of the file', folder, () =>
  withJourneys(settings, fillFrom('step_matrix_input.csv'), async (engine) => {
    const share = `cast(split_part(share, '/', 1) as double) / coalesce(try_cast(split_part(share, '/', 2) as double), 1)`
    expect(
      await lines(
        engine,
        `select step_no, node, share from step_matrix where scope = 'customer' order by all`,
      ),
    ).toEqual(
      await lines(
        engine,
        `select step, event, ${share} from read_csv('${file('expected_step_matrix_by_user.csv')}', header = true, all_varchar = true)
         order by all`,
      ),
    )
  }),
)
