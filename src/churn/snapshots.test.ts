import { expect, test } from '@jest/globals'
import type { Engine, Row } from '../engines/engine.js'
import { figures, makeChurnTables, micros, runChurn, withTouchpoints } from '../testing/churn.js'

/** 1,200 customers over 540 days to 2025-01-01, each buying at an own rate until an own day; whole numbers alone decide. */
const shop = `
  select 'c' || customer as customer_id,
    timestamp '2023-07-11' + to_days(cast(day as integer)) + to_seconds(mix % 86400) as occurred_at,
    timestamp '2023-07-11' + to_days(cast(day as integer)) + to_seconds(mix % 86400 + 60) as received_at,
    case mix % 7 when 0 then 'ticket_created' when 1 then 'page_view' when 2 then 'email_sent' else 'purchase' end as event_type,
    's' || (mix % 1000) as session_id, 'o' || customer || '-' || day as order_id,
    case when mix % 7 > 2 then (mix % 90 + 10) / 10 end as revenue, false as is_bot
  from (
    select customer, day, (customer * 7919 + day * 104729 + customer * day * 31) % 1000003 as mix
    from range(1200) c(customer), range(540) d(day)
  ) days
  where mix % 1000 < 20 + (customer * 37) % 60 and day < 200 + (customer * 53) % 600`

const asOf = { as_of_micros: micros('2025-01-01T00:00:00') }

const featuresAt = (engine: Engine, cutoff: string): Promise<Row[]> =>
  engine.query(
    `select * from churn_features where cutoff_at = timestamp '${cutoff}' order by customer_id`,
  )

test('rows that happened or arrived after a snapshot leave its features as they were, byte for byte', async () => {
  const cutoff = '2024-10-03 00:00:00'
  const known = `select * from (${shop}) s where received_at <= timestamp '${cutoff}'`
  const late = `select customer_id, timestamp '2024-09-01' as occurred_at, timestamp '${cutoff}' + interval 1 microsecond as received_at,
    'purchase' as event_type, 's1' as session_id, 'late' as order_id, 99 as revenue, false as is_bot from (${shop}) s`
  const before = await withTouchpoints(known, asOf, async (engine) => {
    await makeChurnTables(engine)
    return featuresAt(engine, cutoff)
  })
  const after = await withTouchpoints(
    `select * from (${shop}) s union all select * from (${late}) l`,
    asOf,
    async (engine) => {
      await makeChurnTables(engine)
      return featuresAt(engine, cutoff)
    },
  )
  expect(before.length).toBeGreaterThan(500)
  expect(JSON.stringify(after)).toBe(JSON.stringify(before))
})

test.each([
  [90, 0, 4, 30],
  [30, 7, 6, 14],
  [60, 30, 2, 1],
])(
  'outcomes of training are known before the test snapshot: horizon %i, gap %i',
  async (horizon, gap, cutoffs, spacing) => {
    const settings = {
      ...asOf,
      churn_horizon_days: horizon,
      churn_gap_days: gap,
      churn_training_cutoffs: cutoffs,
      churn_cutoff_spacing_days: spacing,
    }
    await withTouchpoints(shop, settings, async (engine) => {
      await makeChurnTables(engine)
      const rows = await engine.query(`select c.purpose, count(*) as labels,
      count_if(c.label_until > t.cutoff_at and c.purpose = 'train') as early,
      count_if(c.label_until > as_of()) as future
    from churn_labels l join churn_cutoffs c on c.cutoff_at = l.cutoff_at
    join churn_cutoffs t on t.purpose = 'test' group by c.purpose order by c.purpose`)
      expect(rows.map(({ purpose }) => purpose)).toEqual(['test', 'train'])
      for (const row of rows) expect(row).toMatchObject({ early: '0', future: '0' })
    })
  },
)

const published = async (engine: Engine): Promise<string> =>
  JSON.stringify([
    await engine.query('select * from churn_model order by model, sample, metric'),
    await engine.query('select * from churn_terms order by term_no'),
    await engine.query('select * from churn_scores order by customer_id'),
  ])

test('the same rows give the same bytes, whatever their order and the number of threads', async () => {
  const ordered = await withTouchpoints(
    `${shop} order by customer_id, occurred_at`,
    asOf,
    async (engine) => {
      await runChurn(engine)
      return published(engine)
    },
  )
  const shuffled = await withTouchpoints(`${shop} order by md5(order_id)`, asOf, async (engine) => {
    await engine.execute('set threads = 1')
    await runChurn(engine)
    return published(engine)
  })
  expect(JSON.parse(ordered)[2].length).toBeGreaterThan(300)
  expect(shuffled).toBe(ordered)
})

test('a sample of the training rows does not depend on their order either', async () => {
  const settings = { churn_sample_rows: 700 }
  const run = (order: string) =>
    withTouchpoints(`${shop} order by ${order}`, asOf, async (engine) => {
      await runChurn(engine, settings)
      expect((await figures(engine))['logistic.train.rows']).toBe(700)
      return published(engine)
    })
  expect(await run('md5(order_id)')).toBe(await run('customer_id, occurred_at'))
})

test('too little history: no scores, the reason in churn_model, no failure', async () => {
  await withTouchpoints(`${shop} and day > 400`, asOf, async (engine) => {
    await runChurn(engine)
    const rows = await engine.query('select distinct status, reason, model_id from churn_model')
    expect(rows).toEqual([
      { status: 'refused', reason: expect.stringMatching(/^0 training rows/), model_id: null },
    ])
    expect(await engine.query('select * from churn_scores')).toEqual([])
    expect(await engine.query('select * from churn_terms')).toEqual([])
  })
})

test('no data at all is refused too', async () => {
  await withTouchpoints(`${shop} and false`, asOf, async (engine) => {
    await runChurn(engine)
    expect(await engine.query('select distinct status from churn_model')).toEqual([
      { status: 'refused' },
    ])
  })
})

test.each([
  ['event types of one’s own', {}, /^no touchpoint has an event type with the role purchase, /],
  ['any activity', { churn_activity: 'any' }, /churned training rows/],
  [
    'contracts whose end has no role',
    { churn_activity: 'any', churn_label: 'cancellation' },
    /the role cancellation, which churn\.label: cancellation asks for: .*churn_event_roles\.csv/,
  ],
])(
  'a role that no touchpoint has is the reason where a setting asks for it: %s',
  async (_name, settings, reason) => {
    const own = `select 'c' || customer as customer_id, timestamp '2023-07-11' + to_days(cast(30 * month as integer)) as occurred_at,
    'kauf' as event_type, 20 as revenue from range(600) c(customer), range(18) m(month)`
    await withTouchpoints(own, { ...asOf, ...settings }, async (engine) => {
      await runChurn(engine, settings)
      const found = await engine.query('select distinct status, reason from churn_model')
      expect(found).toEqual([{ status: 'refused', reason: expect.stringMatching(reason) }])
    })
  },
)

test('with churn.label cancellation, who complained before cancelling is found', async () => {
  const contracts = `select 'c' || customer as customer_id, timestamp '2023-07-11' + to_days(cast(30 * month as integer)) as occurred_at,
      'invoice_paid' as event_type, 20 as revenue, false as is_bot
    from range(1500) c(customer), range(18) m(month) where month < 6 + (customer * 7) % 24
    union all
    select 'c' || customer, timestamp '2023-07-11' + to_days(cast(30 * (6 + (customer * 7) % 24) - offset_days as integer)), kind, null, false
    from range(1500) c(customer), (values ('ticket_created', 50), ('subscription_cancelled', 3)) k(kind, offset_days)
    where (customer * 7) % 24 < 12 and (kind <> 'ticket_created' or customer % 3 > 0)`
  const settings = { churn_label: 'cancellation', churn_horizon_days: 60 }
  await withTouchpoints(contracts, { ...asOf, ...settings }, async (engine) => {
    await runChurn(engine, settings)
    const found = await figures(engine)
    expect(found['logistic.test.auc']).toBeGreaterThan(found['recency_only.test.auc']! + 0.1)
    expect(found['logistic.test.base_rate']).toBeLessThan(0.3)
    expect(
      await engine.query(`select count(*) as cancelled from churn_scores s
      join churn_customer_days d on d.customer_id = s.customer_id and d.last_cancellation_micros is not null`),
    ).toEqual([{ cancelled: '0' }])
  })
})

test('settings that make no sense are one config error', async () => {
  await withTouchpoints(shop, asOf, async (engine) => {
    await expect(runChurn(engine, { churn_label: 'gone', churn_horizon_days: 0 })).rejects.toThrow(
      /churn: expected the values that config\/default.yaml describes.*/s,
    )
  })
})
