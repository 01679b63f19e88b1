import { expect, test } from '@jest/globals'
import { runProject } from '../testing/run-project.js'

test('what advertising cost is of the interval too, a day by its noon as any date without a time', async () => {
  const days = ['2024-02-29', '2024-03-01', '2024-03-02', '2024-03-03']
  const costs = `day,campaign,cost\n${days.map((day) => `${day},Spring,1.50\n`).join('')}`
  const visits = `customer,time,event\n${days.map((day) => `c1,${day},visit\n`).join('')}`
  const { tables } = await runProject(
    { 'raw/ads/costs.csv': costs, 'raw/log/visits.csv': visits },
    {
      sources: {
        ads: { preset: 'google_ads', prefix: 'ads/' },
        log: { preset: 'event_log', prefix: 'log/' },
      },
      run: { since: '2024-03-01', until: '2024-03-03T12:00' },
    },
  )
  expect(tables('touchpoints')).toHaveLength(2)
  expect(tables('ad_spend').map(({ spend }) => spend)).toEqual([1.5, 1.5])
  expect(tables('rejected_records').map((row) => [row.source, row.row_number, row.reason])).toEqual(
    ['ads', 'log'].flatMap((source) => [1, 4].map((row) => [source, row, 'outside_interval'])),
  )
})
