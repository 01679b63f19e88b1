import { expect, test } from '@jest/globals'
import { contractOf, keyColumn, textColumn } from '../testing/contract-of.js'
import { withProject } from '../testing/run-project.js'

const contract = contractOf({
  table: 'coupons',
  description: 'One row per coupon, and who has used it.',
  custom: { slice: 'customer' },
  columns: { coupon: keyColumn, customer_id: { ...textColumn, required: true } },
})
const project = {
  'schemas/coupons.yaml': contract,
  'pipelines/insights/coupons.sql':
    "-- One row per coupon, and who has used it.\nselect order_id as coupon, customer_id from touchpoints where event_type = 'coupon'\n",
}
const log = (rows: readonly (readonly [string, string])[]): string =>
  rows
    .map(([email, coupon], minute) =>
      JSON.stringify({
        email,
        order: coupon,
        event: 'coupon',
        time: `2025-01-08T10:0${minute}:00Z`,
      }),
    )
    .join('\n')
const sources = { log: { preset: 'event_log', prefix: 'log' } }

test('a changed row with the key of one that has not changed is refused', async () => {
  const files = {
    ...project,
    'raw/log/1.ndjson': log([
      ['ann@x.org', 'a'],
      ['bob@x.org', 'b'],
    ]),
  }
  await withProject(files, { sources }, async ({ run, write }) => {
    await run()
    await write({ 'raw/log/2.ndjson': log([['eve@x.org', 'c']]) })
    expect((await run()).result).toMatchObject({ scope: { mode: 'incremental' } })
    await write({ 'raw/log/3.ndjson': log([['eve@x.org', 'a']]) })
    await expect(run()).rejects.toThrow(/coupons.*unique: coupon/s)
  })
})
