import { expect, test } from '@jest/globals'
import { figures, micros, runChurn, withTouchpoints } from '../testing/churn.js'
import { sharedData } from '../testing/shared-data.js'

const file = sharedData('commerce', 'online_retail.parquet')
const orderLines = `select 'c' || customer_id as customer_id, invoice_ts as occurred_at, 'purchase' as event_type,
  invoice_no as order_id, quantity * unit_price as revenue, false as is_bot
  from read_parquet('${file}') where customer_id is not null`

const onRealOrders = file ? test : test.skip

onRealOrders(
  'a year of a real shop: judged at 2011-09-10, the model beats recency (skipped without shared data)',
  async () => {
    const asOf = { as_of_micros: micros('2011-12-09T00:00:00') }
    await withTouchpoints(orderLines, asOf, async (engine) => {
      await runChurn(engine)
      const found = await figures(engine)
      expect(found['logistic.test.rows']).toBe(3370)
      expect(found['logistic.test.base_rate']).toBeCloseTo(0.43, 2)
      expect(found['recency_only.test.auc']).toBeGreaterThan(0.67)
      expect(found['logistic.test.auc']).toBeGreaterThan(0.72)
      expect(found['logistic.test.auc']! - found['recency_only.test.auc']!).toBeGreaterThan(0.03)
    })
  },
)
