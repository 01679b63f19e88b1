import { beforeAll, expect, test } from '@jest/globals'
import { digestOfBuiltIns, replacedBuiltIns } from '../testing/built-ins.js'
import { type ProjectRun, runProject } from '../testing/run-project.js'

/*
 * Adding a source
 *
 * A source is one SQL file, `pipelines/collect/<preset>.sql`, in Throughline itself or in your own project folder.
 * It selects from `raw`, which has a row a record of the export: `payload` is the record as JSON text, and the
 * headers of a CSV have become snake_case keys. It returns the columns of `schemas/source_rows.yaml` that it knows,
 * at least one row for every row of `raw`; what is left out is null. Times and amounts are passed on as the texts
 * of the export: the core parses them once, and rejects with a reason what is none.
 *
 * Nothing registers the file: its name is what `preset:` says in the config.
 */

/** The tills of our shops write what happened to loyalty cards once a day. */
const movements = `Card No,Member Mail,When,What,Points,Shop,Paid
7001,Ann@Example.com,2024-03-01 10:15:00,Points Earned,120,Leeds,"1.250,00"
7001,Ann@Example.com,2024-03-02 09:00:00,Points Redeemed,50,Leeds,
7001,Ann@Example.com,2024-03-02 09:00:30,Till Test,,Leeds,
7002,,31/02/2024,Points Earned,10,York,"9,50"
`

const source = `-- One row per movement on a loyalty card, from the daily CSV of the tills.
with movements as (
  select object_id, row_number, loaded_at,
    get_json_object(payload, '$.card_no') as card,
    get_json_object(payload, '$.member_mail') as email,
    get_json_object(payload, '$.when') as time_text,
    snake_case(get_json_object(payload, '$.what')) as movement,
    get_json_object(payload, '$.shop') as shop,
    get_json_object(payload, '$.paid') as paid,
    get_json_object(payload, '$.points') as points
  from raw
)
select
  object_id, row_number, loaded_at,
  case when movement = 'till_test' then 'ignored' else 'touchpoint' end as record_kind,
  case when movement = 'till_test' then 'till_test' end as reject_reason,
  time_text as occurred_at,
  movement as event_type,
  'Store' as channel,
  concat_ws(chr(31), identifier('loyalty_card', card), identifier('email', email)) as identifiers,
  shop as city,
  paid as revenue,
  case when points is not null then '{' || json_field('points', points) || '}' end as properties
from movements
`

const files = {
  'pipelines/collect/loyalty_card.sql': source,
  'raw/loyalty/2024-03.csv': movements,
  'raw/shop/orders.csv':
    'customer,email,event,time\nc-1,ann@example.com,order_completed,2024-03-05T12:00:00Z\n',
}

const config = {
  sources: {
    loyalty: {
      preset: 'loyalty_card',
      prefix: 'loyalty/',
      time_zone: 'Europe/Berlin',
      decimal_mark: 'comma',
      currency: 'EUR',
    },
    shop: { preset: 'event_log', prefix: 'shop/' },
  },
}

const builtIns = digestOfBuiltIns()
let run: ProjectRun

beforeAll(async () => {
  run = await runProject(files, config)
})

test('its records are touchpoints: times in UTC, amounts as decimals, by the zone and mark of the config', () => {
  const ofCards = run
    .tables('touchpoints')
    .filter((row) => row.source === 'loyalty')
    .sort((a, b) => Number(a.occurred_at) - Number(b.occurred_at))
  expect(
    ofCards.map(({ occurred_at, event_type, channel, stage, city, revenue, currency }) => [
      (occurred_at as Date).toISOString(),
      event_type,
      [channel, stage, city],
      [revenue, currency],
    ]),
  ).toEqual([
    ['2024-03-01T09:15:00.000Z', 'points_earned', ['Store', 'purchase', 'Leeds'], [1250, 'EUR']],
    ['2024-03-02T08:00:00.000Z', 'points_redeemed', ['Store', 'purchase', 'Leeds'], [null, null]],
  ])
})

test('its identifiers join what other sources know of the same person', () => {
  const touchpoints = run.tables('touchpoints')
  expect(new Set(touchpoints.map((row) => row.source))).toEqual(new Set(['loyalty', 'shop']))
  expect(new Set(touchpoints.map((row) => row.customer_id)).size).toBe(1)
})

test('what is not wanted and what is broken is rejected with a reason, and the books balance', () => {
  const rejected = run.tables('rejected_records')
  expect(rejected.map(({ object_key, row_number, reason }) => [object_key, row_number, reason]))
    // Row 3 is the file's own decision, row 4 has a day that no calendar has.
    .toEqual([
      ['loyalty/2024-03.csv', 3, 'till_test'],
      ['loyalty/2024-03.csv', 4, 'unparseable_time'],
    ])
  const books = run.tables('objects').find((row) => row.object_key === 'loyalty/2024-03.csv')
  expect(books).toMatchObject({ rows_read: 4, rows_kept: 2, rows_duplicate: 0, rows_rejected: 2 })
})

test('a column that the core does not know is refused before any record is read', async () => {
  const misspelt = source.replace('as occurred_at', 'as occured_at')
  await expect(
    runProject({ ...files, 'pipelines/collect/loyalty_card.sql': misspelt }, config),
  ).rejects.toMatchObject({
    code: 'model',
    at: expect.stringMatching(/pipelines\/collect\/loyalty_card\.sql$/),
    expected: 'columns of schemas/source_rows.yaml',
    found: 'unknown column occured_at',
    remedy: 'Name the columns as the contract does and cast them.',
  })
})

test('no built-in file was edited or replaced', () => {
  expect(replacedBuiltIns(files)).toEqual([])
  expect(digestOfBuiltIns()).toBe(builtIns)
})
