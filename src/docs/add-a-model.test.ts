import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { readConfig } from '../config.js'
import { readModel } from '../models.js'
import { planJob } from '../plan.js'
import { digestOfBuiltIns, replacedBuiltIns } from '../testing/built-ins.js'
import { readCases, runCase } from '../testing/cases.js'
import { type ProjectRun, runProject, withProject } from '../testing/run-project.js'
import { version } from '../version.js'

/*
 * Adding a model
 *
 * A model is three files that share a name, the name of the table that it makes:
 *
 *   pipelines/<stage>/<table>.sql          one SELECT; its first line says what one row is
 *   schemas/<table>.yaml                   its contract: columns in order, types, key, checks
 *   pipelines/<stage>/<table>.cases.yaml   rows in, rows out
 *
 * The SELECT declares nothing else. Which tables it reads is parsed from it, and decides when it runs. The stage is
 * one of ledger, identity, journeys, insights and churn; a table with `published: true` goes to the warehouse, one
 * without serves the models that read it.
 */

const orderValues = `-- One row per order: its value in the currency of the shop, whatever number of lines it has.
select
  customer_id, order_id, currency,
  min(occurred_at) as ordered_at,
  cast(sum(revenue) as decimal(18,4)) as order_value
from touchpoints
where order_id is not null and counts_revenue
group by customer_id, order_id, currency
`

/** By name it would come first; by lineage it follows the table that it reads. */
const largestOrders = `-- One row per customer and currency: the largest order.
select
  customer_id, currency,
  max_by(order_id, struct(order_value, order_id)) as order_id,
  cast(max(order_value) as decimal(18,4)) as order_value
from order_values
group by customer_id, currency
`

const contractOf = (table: string, description: string, published: boolean, columns: string) =>
  `apiVersion: v3.1.0
kind: DataContract
id: acme.${table}
version: 1.0.0
status: active
schema:
  - name: ${table}
    physicalType: table
    description: "${description}"
    customProperties:
      - { property: kind, value: model }
      - { property: published, value: ${published} }
    properties:
${columns.replaceAll(/^/gm, '      ')}
`

const orderValuesContract = contractOf(
  'order_values',
  'One row per order.',
  false,
  `- { name: customer_id, logicalType: string, physicalType: string, required: true, description: "Customer" }
- { name: order_id, logicalType: string, physicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1, description: "Order" }
- { name: currency, logicalType: string, physicalType: string, required: true, primaryKey: true, primaryKeyPosition: 2, description: "Currency" }
- { name: ordered_at, logicalType: timestamp, physicalType: timestamp, required: true, description: "First line (UTC)" }
- { name: order_value, logicalType: number, physicalType: "decimal(18,4)", description: "Sum of the lines" }`,
)

const largestOrdersContract = contractOf(
  'largest_orders',
  'One row per customer and currency: the largest order.',
  true,
  `- { name: customer_id, logicalType: string, physicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1, description: "Customer" }
- { name: currency, logicalType: string, physicalType: string, required: true, primaryKey: true, primaryKeyPosition: 2, description: "Currency" }
- { name: order_id, logicalType: string, physicalType: string, required: true, description: "The largest order; the greater id of equal ones" }
- { name: order_value, logicalType: number, physicalType: "decimal(18,4)", description: "Its value" }`,
)

const orderValuesCases = `- name: lines of one order are one row, at the time of the first
  given:
    touchpoints:
      - { customer_id: ann, order_id: '1', occurred_at: '2024-01-01 10:00:00', revenue: 10, currency: EUR, counts_revenue: true }
      - { customer_id: ann, order_id: '1', occurred_at: '2024-01-01 10:00:05', revenue: 2.5, currency: EUR, counts_revenue: true }
  expect:
    - { customer_id: ann, order_id: '1', ordered_at: '2024-01-01 10:00:00', order_value: 12.5 }

- name: the copy of an order in a second system does not count
  given:
    touchpoints:
      - { customer_id: ann, order_id: '1', revenue: 10, currency: EUR, counts_revenue: true }
      - { customer_id: ann, order_id: '1', revenue: 10, currency: EUR, counts_revenue: false }
  expect:
    - { order_id: '1', order_value: 10 }
`

const orders = `customer,event,time,order,revenue,currency
ann,order_completed,2024-01-01T10:00:00Z,1,10,EUR
ann,order_completed,2024-01-01T10:00:00Z,1,2.50,EUR
ann,order_completed,2024-02-01T10:00:00Z,2,12,EUR
bob,order_completed,2024-02-01T10:00:00Z,3,99.99,GBP
`

const files = {
  'pipelines/insights/order_values.sql': orderValues,
  'pipelines/insights/order_values.cases.yaml': orderValuesCases,
  'pipelines/insights/largest_orders.sql': largestOrders,
  'schemas/order_values.yaml': orderValuesContract,
  'schemas/largest_orders.yaml': largestOrdersContract,
  'raw/shop/orders.csv': orders,
}
const config = {
  sources: { shop: { preset: 'event_log', prefix: 'shop/', stream: 'offline' as const } },
}

const builtIns = digestOfBuiltIns()

describe('a model that agrees with its contract', () => {
  let run: ProjectRun

  beforeAll(async () => {
    run = await runProject(files, config)
  })

  test('is published with the columns of the contract', () => {
    const found = run.tables('largest_orders').map(({ customer_id: _, ...rest }) => rest)
    expect(found.sort((a, b) => Number(a.order_id) - Number(b.order_id))).toEqual([
      { currency: 'EUR', order_id: '1', order_value: 12.5 },
      { currency: 'GBP', order_id: '3', order_value: 99.99 },
    ])
  })

  test('stays inside the run when its contract does not say `published: true`', () => {
    expect(Object.keys(run.result.release.tables)).toContain('largest_orders')
    expect(Object.keys(run.result.release.tables)).not.toContain('order_values')
  })

  test('runs after what it reads: `throughline plan` shows the order', async () => {
    await withProject(files, config, async ({ folder }) => {
      const storage = { raw: path.join(folder, 'raw'), warehouse: path.join(folder, 'warehouse') }
      const defaults = readConfig(undefined)
      const planned = { ...defaults, ...config, storage: { ...defaults.storage, ...storage } }
      const { steps } = await planJob(planned, version, folder)
      const inOrder = steps.filter((step) =>
        ['touchpoints', 'order_values', 'largest_orders'].includes(step),
      )
      expect(inOrder).toEqual(['touchpoints', 'order_values', 'largest_orders'])
    })
  })
})

test('its cases run on an engine with just the rows that they give', async () => {
  await withProject(files, config, async ({ folder }) => {
    const file = path.join(folder, 'pipelines/insights/order_values.sql')
    const model = await readModel('order_values', 'insights', file)
    const cases = readCases(model)
    expect(cases).toHaveLength(2)
    for (const modelCase of cases) {
      const { found, expected } = await runCase(model, modelCase, new Set())
      expect(found).toEqual(expected)
    }
  })
})

describe('a model that disagrees with its contract is refused, and nothing is published', () => {
  const refused = (changed: Readonly<Record<string, string>>) =>
    runProject({ ...files, ...changed }, config).catch((error: unknown) => error)

  test('a table that nobody makes: the file, and what the engine found', async () => {
    const sql = largestOrders.replace('from order_values', 'from order_sums')
    expect(await refused({ 'pipelines/insights/largest_orders.sql': sql })).toMatchObject({
      code: 'model',
      at: expect.stringMatching(/pipelines\/insights\/largest_orders\.sql/),
      expected: 'SQL that the engine runs',
      found: expect.stringContaining('Table with name order_sums does not exist'),
    })
  })

  test('rows that repeat the key: the table, the check, how many', async () => {
    const sql = `-- One row per customer and currency: the largest order.
      select customer_id, currency, order_id, order_value from order_values`
    expect(await refused({ 'pipelines/insights/largest_orders.sql': sql })).toMatchObject({
      code: 'contract',
      exitCode: 3,
      at: 'largest_orders (unique: customer_id, currency)',
      expected: 'no row that breaks a contract',
      found: '1 row',
      remedy: expect.stringContaining('Nothing was published'),
    })
  })

  test('columns of another type, missing or unknown: each of them by name', async () => {
    const sql = largestOrders
      .replace('cast(max(order_value) as decimal(18,4)) as order_value', 'max(order_id) as latest')
      .replace('max_by(order_id', 'length(max_by(order_id')
      .replace('order_id)) as order_id', 'order_id))) as order_id')
    expect(await refused({ 'pipelines/insights/largest_orders.sql': sql })).toMatchObject({
      code: 'model',
      at: expect.stringMatching(/pipelines\/insights\/largest_orders\.sql$/),
      expected: expect.stringMatching(/^the columns of .*schemas\/largest_orders\.yaml$/),
      found:
        'missing order_id string; missing order_value decimal(18,4); unexpected order_id bigint; unexpected latest string',
      remedy: 'Make the SELECT and the contract agree; cast aggregates explicitly.',
    })
  })
})

test('no built-in file was edited or replaced', () => {
  expect(replacedBuiltIns(files)).toEqual([])
  expect(digestOfBuiltIns()).toBe(builtIns)
})
