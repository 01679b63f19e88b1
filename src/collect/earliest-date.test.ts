import { expect, test } from '@jest/globals'
import { runProject } from '../testing/run-project.js'

test('the earliest date counts from its first moment, in UTC', async () => {
  const times = [
    '2024-02-29T23:59:59Z',
    '2024-03-01T00:00:00Z',
    '2024-03-01T08:00:00Z',
    '2024-03-01',
  ]
  const log = `customer,time,event\n${times.map((time) => `c1,${time},visit\n`).join('')}`
  const { tables } = await runProject(
    { 'raw/shop/log.csv': log },
    {
      sources: { shop: { preset: 'event_log', prefix: 'shop/' } },
      collect: { earliest_date: '2024-03-01' },
    },
  )
  expect(tables('touchpoints')).toHaveLength(3)
  expect(tables('rejected_records')).toMatchObject([
    { row_number: 1, reason: 'time_before_earliest_date' },
  ])
})
