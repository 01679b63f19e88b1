import { expect, test } from '@jest/globals'
import { runProject } from '../testing/run-project.js'

test('a date without a time is in the future only when its day is', async () => {
  const received = [
    '2024-03-01T08:00:00-08:00',
    '2024-02-29T23:00:00-08:00',
    '2024-02-29T22:59:59-08:00',
  ]
  const log = (day: string) =>
    `customer,time,received\n${received.map((time) => `c1,${day},${time}\n`).join('')}`
  const preset = { preset: 'event_log', time_zone: 'America/Los_Angeles' }
  const { tables } = await runProject(
    { 'raw/crm/log.csv': log('2024-03-01'), 'raw/till/log.csv': log('01.03.2024') },
    {
      sources: {
        crm: { ...preset, prefix: 'crm/' },
        till: { ...preset, prefix: 'till/', time_format: '%d.%m.%Y' },
      },
    },
  )
  expect(tables('touchpoints')).toHaveLength(4)
  expect(tables('rejected_records')).toMatchObject(
    ['till', 'crm'].map((source) => ({ source, row_number: 3, reason: 'time_in_future' })),
  )
})
