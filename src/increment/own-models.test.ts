import { expect, test } from '@jest/globals'
import { bystanders } from '../testing/bystanders.js'
import { contractOf, intColumn, keyColumn, textColumn } from '../testing/contract-of.js'
import { longTimeout } from '../testing/increment-cases.js'
import { type Batch, createIncrementProject, hashesOf } from '../testing/increment-project.js'
import { type ProjectFiles, withProject } from '../testing/run-project.js'

/*
 * Models of a project of one's own, of kinds that no built-in model is of.
 */

const bigintColumn = { ...intColumn, physicalType: 'bigint' }

const modelOf = (
  table: string,
  custom: Readonly<Record<string, string | boolean>>,
  columns: Readonly<Record<string, object>>,
  select: string,
): ProjectFiles => ({
  [`pipelines/insights/${table}.sql`]: `-- One row per key.\n${select}`,
  [`schemas/${table}.yaml`]: contractOf({
    table,
    description: 'One row per key.',
    custom,
    columns,
  }),
})

const at = (time: string, fields: object) => ({ time: `2025-01-08T${time}:00Z`, ...fields })
const visit = (customer: string, time: string, fields: object = {}) =>
  at(time, { customer, event: 'visit', ...fields })
const purchase = (customer: string, time: string, fields: object = {}) =>
  at(time, { customer, event: 'purchase', revenue: 10, order: `${customer} ${time}`, ...fields })

/** Increments make, after each batch, what a full run makes that is given the same history. */
async function expectAsInFull(files: ProjectFiles, batches: readonly Batch[]): Promise<void> {
  await withProject(files, {}, async ({ folder }) => {
    const sources = { log: { preset: 'event_log', prefix: 'log', currency: 'EUR' } }
    const project = createIncrementProject(folder, sources, folder)
    await project.land({ 'log/bystanders.ndjson': bystanders })
    await project.run()
    for (const batch of batches) {
      await project.land(batch)
      const previous = await project.released()
      const { release, scope } = await project.run()
      expect(scope.mode).toBe('incremental')
      const { hashes } = await project.madeInFull(previous, release.release)
      expect(hashesOf(release)).toEqual(hashes)
    }
  })
}

test.each([
  ['of customers', { slice: 'customer' }],
  ['of no slice', {}],
])(
  'what reads a view %s follows it',
  async (_, custom) => {
    const columns = { customer_id: keyColumn, touchpoint_id: keyColumn }
    const files = {
      ...modelOf(
        'purchases',
        { materialise: 'view', ...custom },
        columns,
        `select customer_id, touchpoint_id from touchpoints where event_type = 'purchase'`,
      ),
      ...modelOf(
        'purchases_of_customers',
        { published: true, slice: 'customer' },
        { customer_id: keyColumn, purchases: bigintColumn },
        'select customer_id, cast(count(*) as bigint) as purchases from purchases group by customer_id',
      ),
      ...modelOf(
        'purchases_of_all',
        { published: true },
        { purchases: { ...bigintColumn, required: true, primaryKey: true } },
        'select cast(count(*) as bigint) as purchases from purchases',
      ),
    }
    await expectAsInFull(files, [
      { 'log/a.ndjson': [purchase('ann', '10:00')] },
      { 'log/a.ndjson': [visit('ann', '10:00')] },
    ])
  },
  longTimeout,
)

test(
  'what reads a view of records follows the customers whose they are',
  async () => {
    const files = {
      ...modelOf(
        'owners',
        { materialise: 'view', slice: 'record' },
        { record_id: keyColumn, customer_id: textColumn },
        'select record_id, customer_id from customer_events',
      ),
      ...modelOf(
        'owners_of_records',
        { published: true, slice: 'record' },
        { record_id: keyColumn, customer_id: textColumn },
        'select record_id, customer_id from owners',
      ),
    }
    await expectAsInFull(files, [
      { 'log/a.ndjson': [visit('ann', '10:00', { device: 'phone' })] },
      { 'log/b.ndjson': [at('11:00', { device: 'laptop', event: 'visit' })] },
      { 'log/c.ndjson': [visit('ann', '12:00', { device: 'laptop' })] },
    ])
  },
  longTimeout,
)

test(
  'a table that is published is stored, whatever its contract says of views',
  async () => {
    const files = modelOf(
      'purchases',
      { published: true, materialise: 'view', slice: 'customer' },
      { customer_id: keyColumn, touchpoint_id: keyColumn },
      `select customer_id, touchpoint_id from touchpoints where event_type = 'purchase'`,
    )
    await expectAsInFull(files, [{ 'log/a.ndjson': [purchase('ann', '10:00')] }])
  },
  longTimeout,
)

test(
  'a row whose key has a null is replaced like any other, and a value that has one is there once',
  async () => {
    const files = {
      ...modelOf(
        'touches_of_orders',
        { published: true, slice: 'customer' },
        {
          customer_id: keyColumn,
          order_id: { ...textColumn, primaryKey: true },
          touches: bigintColumn,
        },
        'select customer_id, order_id, cast(count(*) as bigint) as touches from touchpoints group by customer_id, order_id',
      ),
      ...modelOf(
        'ordered_types',
        { slice: 'value' },
        { event_type: keyColumn, order_id: { ...textColumn, primaryKey: true } },
        'select event_type, order_id from touchpoints group by event_type, order_id',
      ),
      ...modelOf(
        'touches_of_types',
        { published: true },
        { event_type: keyColumn, touches: bigintColumn },
        `select t.event_type, cast(count(*) as bigint) as touches from touchpoints t join ordered_types o
        on o.event_type = t.event_type and o.order_id is not distinct from t.order_id group by t.event_type`,
      ),
    }
    await expectAsInFull(files, [
      { 'log/a.ndjson': [visit('ann', '10:00')] },
      { 'log/b.ndjson': [visit('ann', '11:00')] },
    ])
  },
  longTimeout,
)

const campaigns = (custom: Readonly<Record<string, boolean>>) =>
  modelOf(
    'campaigns',
    { slice: 'value', ...custom },
    { utm_source: keyColumn },
    'select utm_source from touchpoints where utm_source is not null group by utm_source',
  )
const letters = (custom: Readonly<Record<string, string | boolean>>) =>
  modelOf(
    'letters',
    custom,
    { letter: keyColumn },
    'select distinct substr(utm_source, 1, 1) as letter from campaigns',
  )
const countOfLetters = modelOf(
  'count_of_letters',
  { published: true },
  { letters: { ...bigintColumn, required: true, primaryKey: true } },
  'select cast(count(*) as bigint) as letters from letters',
)

test.each<[string, ProjectFiles]>([
  ['is published', campaigns({ published: true })],
  ['is counted', { ...campaigns({}), ...letters({ published: true }) }],
  [
    'leads to a list of others',
    { ...campaigns({}), ...letters({ slice: 'value' }), ...countOfLetters },
  ],
])(
  'a list of values that %s has those that come, and not those that go',
  async (_, files) => {
    const from = (campaign: string) => ({
      page_url: `https://shop.example/?utm_source=${campaign}`,
    })
    await expectAsInFull(files, [
      { 'log/a.ndjson': [visit('ann', '10:00', from('news'))] },
      { 'log/b.ndjson': [visit('bob', '10:00', from('search'))] },
      { 'log/a.ndjson': null },
    ])
  },
  longTimeout,
)

test(
  'rows that carry a value of new values find it',
  async () => {
    const files = {
      ...campaigns({}),
      ...letters({ slice: 'value' }),
      ...modelOf(
        'letters_of_customers',
        { published: true, slice: 'customer' },
        { customer_id: keyColumn, letter: keyColumn },
        `select distinct t.customer_id, l.letter from touchpoints t
        join letters l on l.letter = substr(t.utm_source, 1, 1)`,
      ),
    }
    const page_url = 'https://shop.example/?utm_source=news'
    await expectAsInFull(files, [{ 'log/a.ndjson': [visit('ann', '10:00', { page_url })] }])
  },
  longTimeout,
)

test(
  'a value is found in rows of two tables, of which one alone has changed for its customer',
  async () => {
    const files = {
      ...modelOf(
        'products_of_channels',
        { slice: 'value' },
        { channel: keyColumn, product: keyColumn },
        `select s.channel, t.product from sessions s join touchpoints t on t.session_id = s.session_id
        where t.product is not null group by s.channel, t.product`,
      ),
      ...modelOf(
        'products_of_customers',
        { published: true, slice: 'customer' },
        { customer_id: keyColumn, channel: keyColumn, product: keyColumn },
        `select distinct t.customer_id, p.channel, p.product
        from touchpoints t join sessions s on s.session_id = t.session_id
        join products_of_channels p on p.channel = s.channel and p.product = t.product`,
      ),
    }
    const shirt = (product?: string) =>
      visit('ann', '10:00', { id: 'a1', device: 'phone', product })
    await expectAsInFull(files, [
      { 'log/a.ndjson': [shirt()] },
      // What Ann looked at is told later: her session says the same; Bob has one that is new.
      {
        'log/a.ndjson': [shirt('shirt')],
        'log/b.ndjson': [visit('bob', '10:00', { device: 'tablet' })],
      },
    ])
  },
  longTimeout,
)

test(
  'a table of groups that is published has all of them',
  async () => {
    const files = modelOf(
      'set_sizes',
      { published: true, slice: 'group' },
      { identifier_set_id: keyColumn, records: bigintColumn },
      'select identifier_set_id, records from identifier_sets',
    )
    await expectAsInFull(files, [
      { 'log/a.ndjson': [visit('ann', '10:00')] },
      { 'log/b.ndjson': [visit('bob', '10:00')] },
    ])
  },
  longTimeout,
)

test(
  'a table of the last release is that of the last one, however many increments ago all was made',
  async () => {
    const columns = { customer_id: keyColumn, purchases: bigintColumn }
    const files = {
      ...modelOf(
        'purchases_of_customers',
        { published: true, slice: 'customer' },
        columns,
        `select customer_id, cast(count(*) as bigint) as purchases from touchpoints
        where event_type = 'purchase' group by customer_id`,
      ),
      'schemas/previous_purchases_of_customers.yaml': contractOf({
        table: 'previous_purchases_of_customers',
        description: 'One row per customer, as the last release left it.',
        custom: { kind: 'run' },
        columns,
      }),
      ...modelOf(
        'purchases_before',
        { published: true, slice: 'customer' },
        columns,
        'select customer_id, purchases from previous_purchases_of_customers',
      ),
      ...modelOf(
        'customers_before',
        { published: true },
        { customers: { ...bigintColumn, required: true, primaryKey: true } },
        'select cast(count(*) as bigint) as customers from previous_purchases_of_customers',
      ),
    }
    await expectAsInFull(files, [
      { 'log/a.ndjson': [purchase('ann', '10:00')] },
      { 'log/b.ndjson': [purchase('bob', '11:00')] },
      { 'log/c.ndjson': [purchase('ann', '12:00')] },
      { 'log/d.ndjson': [visit('bob', '12:00')] },
    ])
  },
  longTimeout,
)
