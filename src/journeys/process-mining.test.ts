import { expect } from '@jest/globals'
import type { Engine } from '../engines/engine.js'
import { fillEvents, lines, withJourneys } from '../testing/journeys.js'
import { sharedData, testWithData } from '../testing/shared-data.js'

const running = 'journeys/pm4py_running_example'
const patients = 'journeys/bupar_patients'
const settings = {
  journeys_collapse_repeats: false,
  journeys_path_scopes: 'customer,session',
  journeys_path_max_steps: 0,
}

const caseOf = (folder: string, name: string) =>
  `read_csv('${sharedData(folder, name)}', header = true)`

testWithData(
  'pm4py: edges, variants, starts, ends and durations of the running example',
  running,
  () =>
    withJourneys(
      settings,
      (engine) =>
        fillEvents(
          engine,
          `select "case:concept:name" as customer, row_number() over () as row_number, "concept:name" as event_type,
           cast(timezone('UTC', cast("time:timestamp" as timestamptz)) as timestamp) as occurred_at
         from read_csv('${sharedData(running, 'running-example.csv')}', header = true, all_varchar = true)`,
        ),
      expectRunningExample,
    ),
)

async function expectRunningExample(engine: Engine): Promise<void> {
  const edges = await lines(
    engine,
    `select from_node, to_node, moves, mean_seconds, median_seconds from transitions
     where scope = 'customer' and from_node <> 'path_start' and to_node <> 'path_end' order by all`,
    6,
  )
  expect(edges).toHaveLength(16)
  expect(edges).toEqual(
    await lines(
      engine,
      `select source, target, count, mean_seconds, median_seconds from ${caseOf(running, 'expected_dfg.csv')} order by all`,
      6,
    ),
  )
  expect(
    await lines(engine, `select path, units from paths where scope = 'customer' order by path`),
  ).toEqual(
    await lines(
      engine,
      `select variant, count from ${caseOf(running, 'expected_variants.csv')} order by variant`,
    ),
  )
  expect(
    await lines(
      engine,
      `select * from (select 'start' as kind, to_node as node, moves from transitions where scope = 'customer' and from_node = 'path_start'
         union all select 'end', from_node, moves from transitions where scope = 'customer' and to_node = 'path_end') order by all`,
    ),
  ).toEqual(
    await lines(engine, `select * from ${caseOf(running, 'expected_start_end.csv')} order by all`),
  )
  expect(
    await lines(
      engine,
      `select cast(unit_id as bigint), (ended_us - started_us) / 1000000 from path_units where scope = 'customer' order by 1`,
    ),
  ).toEqual(
    await lines(
      engine,
      `select "case", seconds from ${caseOf(running, 'expected_case_durations.csv')} order by 1`,
    ),
  )
}

testWithData(
  'bupaR: throughput of a case is its last time minus its first; one event is 0',
  patients,
  () =>
    withJourneys(
      settings,
      (engine) =>
        fillEvents(
          engine,
          `select patient as customer, row_number() over () as row_number, timestamp as occurred_at, activity as event_type
         from ${caseOf(patients, 'patients_small.csv')}`,
        ),
      async (engine) => {
        expect(
          await lines(
            engine,
            `select unit_id, (ended_us - started_us) / 60000000 from path_units where scope = 'customer' order by unit_id`,
            5,
          ),
        ).toEqual(
          await lines(
            engine,
            `select key, minutes from ${caseOf(patients, 'expected_small.csv')}
           where metric = 'throughput_time' and level = 'case' order by key`,
            5,
          ),
        )
      },
      ['path_units'],
    ),
)

testWithData('bupaR: the edges and seven variants of the patients log', patients, () =>
  withJourneys(
    settings,
    (engine) =>
      fillEvents(
        engine,
        `select cast(patient as string) as customer, row_number, cast(time as timestamp) as occurred_at, handling as event_type
         from (select *, row_number() over () as row_number
           from read_csv('${sharedData(patients, 'patients_eventdatar.csv.gz')}', header = true))
         where registration_type = 'complete'`,
      ),
    async (engine) => {
      expect(
        await lines(
          engine,
          `select from_node, to_node, moves from transitions
           where scope = 'customer' and from_node <> 'path_start' and to_node <> 'path_end' order by all`,
        ),
      ).toEqual(
        await lines(
          engine,
          `select source, target, count from ${caseOf(patients, 'expected_dfg_complete.csv')} order by all`,
        ),
      )
      expect(
        await lines(engine, `select units from paths where scope = 'customer' order by path_rank`),
      ).toEqual(['258', '234', '2', '2', '2', '1', '1'])
    },
    ['transitions', 'paths'],
  ),
)
