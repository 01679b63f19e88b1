import { beforeAll, expect, test } from '@jest/globals'
import { digestOfBuiltIns, replacedBuiltIns } from '../testing/built-ins.js'
import { type ProjectRun, runProject } from '../testing/run-project.js'

/*
 * Adding a metric
 *
 * A metric is a model in the stage `insights`: `pipelines/insights/<metric>.sql`, one SELECT, and its contract
 * `schemas/<metric>.yaml`. Say in the contract what one row is, how it is counted and in which unit, and let a
 * quality rule tie the sum to the table that it comes from: the rule is asserted before each publish.
 *
 * Here: how many customers buy again within 30 days of their first purchase, by the channel that won them.
 */

const metric = `-- One row per channel of the first purchase: its buyers, and how many of them bought again within 30 days.
with purchases as (
  select customer_id, channel, occurred_at,
    row_number() over (partition by customer_id order by sequence_no nulls last) as purchase_no,
    min(occurred_at) over (partition by customer_id) as first_at
  from touchpoints
  where goal_id = 'purchase' and sequence_no is not null
), buyers as (
  select customer_id,
    min(case when purchase_no = 1 then channel end) as channel,
    count_if(purchase_no > 1 and epoch_micros(occurred_at) - epoch_micros(first_at) <= 2592000000000) as repeats
  from purchases
  group by customer_id
)
select
  channel,
  cast(count(*) as bigint) as buyers,
  cast(count_if(repeats > 0) as bigint) as repeat_buyers,
  safe_ratio(count_if(repeats > 0), count(*)) as repeat_rate
from buyers
group by channel
`

const contract = `apiVersion: v3.1.0
kind: DataContract
id: acme.repeat_purchase_rate
version: 1.0.0
status: active
schema:
  - name: repeat_purchase_rate
    physicalType: table
    description: "One row per channel of the first purchase: its buyers and how many bought again within 30 days."
    customProperties:
      - { property: kind, value: model }
      - { property: published, value: true }
    properties:
      - { name: channel, logicalType: string, physicalType: string, required: true, primaryKey: true, description: "Channel of the first purchase" }
      - { name: buyers, logicalType: integer, physicalType: bigint, required: true, description: "Customers with a purchase" }
      - { name: repeat_buyers, logicalType: integer, physicalType: bigint, required: true, description: "Of these, with another one within 30 days (of 24 hours, inclusive)" }
      - { name: repeat_rate, logicalType: number, physicalType: double, description: "repeat_buyers / buyers" }
    quality:
      - type: sql
        description: "each buyer is counted once"
        query: "select abs((select coalesce(sum(buyers), 0) from repeat_purchase_rate) - (select count(distinct customer_id) from touchpoints where goal_id = 'purchase'))"
        mustBe: 0
`

/** Ann and Bob come by e-mail and only Ann is back within 30 days; Cid buys in a store. */
const orders = `customer,event,time,channel,order
ann,order_completed,2024-01-01T10:00:00Z,Email,1
ann,order_completed,2024-01-31T10:00:00Z,Store,2
bob,order_completed,2024-01-01T10:00:00Z,Email,3
bob,order_completed,2024-01-31T10:00:01Z,Email,4
cid,order_completed,2024-01-05T10:00:00Z,Store,5
`

const files = {
  'pipelines/insights/repeat_purchase_rate.sql': metric,
  'schemas/repeat_purchase_rate.yaml': contract,
  'raw/shop/orders.csv': orders,
}
const config = {
  sources: { shop: { preset: 'event_log', prefix: 'shop/', stream: 'offline' } },
}

const builtIns = digestOfBuiltIns()
let run: ProjectRun

beforeAll(async () => {
  run = await runProject(files, config)
})

test('the metric is a published table, in the order of its key', () => {
  expect(run.tables('repeat_purchase_rate')).toEqual([
    { channel: 'Email', buyers: 2, repeat_buyers: 1, repeat_rate: 0.5 },
    { channel: 'Store', buyers: 1, repeat_buyers: 0, repeat_rate: 0 },
  ])
})

test('the release names it with its rows and the version of its contract', () => {
  expect(run.result.release.tables.repeat_purchase_rate).toMatchObject({
    rows: 2,
    contract_version: '1.0.0',
  })
})

test('a broken quality rule forbids the publish of all tables', async () => {
  const counted = metric.replace(
    "goal_id = 'purchase' and",
    "goal_id = 'purchase' and channel = 'Email' and",
  )
  await expect(
    runProject({ ...files, 'pipelines/insights/repeat_purchase_rate.sql': counted }, config),
  ).rejects.toMatchObject({
    code: 'contract',
    exitCode: 3,
    at: expect.stringContaining('repeat_purchase_rate (each buyer is counted once)'),
    remedy: expect.stringContaining('Nothing was published'),
  })
})

test('no built-in file was edited or replaced', () => {
  expect(replacedBuiltIns(files)).toEqual([])
  expect(digestOfBuiltIns()).toBe(builtIns)
})
