import { test } from '@jest/globals'
import { contractOf, keyColumn, textColumn } from '../testing/contract-of.js'
import { longTimeout } from '../testing/increment-cases.js'
import {
  at,
  bigintColumn,
  expectAsInFull,
  modelOf,
  purchase,
  visit,
} from '../testing/own-models.js'

/*
 * Models of a project of one's own, of kinds that no built-in model is of.
 */

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
