import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { absentError, changedError } from '../storage/object-errors.js'
import { createOutage, type Outage } from './outage.js'

const limit = 300_000
let time = 0
beforeEach(() => {
  for (const clock of [performance, Date]) jest.spyOn(clock, 'now').mockImplementation(() => time)
})
afterEach(() => {
  jest.restoreAllMocks()
})

const passing = changedError('raw/log.csv')

/** Whether the stream goes on after an error; the pause before it does is cut short. */
async function isBorne(outage: Outage, error: unknown = passing): Promise<boolean> {
  const stop = new AbortController()
  const borne = outage.bear(error, stop.signal)
  stop.abort()
  return borne.then(
    () => true,
    () => false,
  )
}

test('what has worked is tried again, until it has failed for too long', async () => {
  const outage = createOutage(limit)
  expect(await isBorne(outage)).toBe(false)
  outage.end()
  expect(await isBorne(outage, absentError('raw/log.csv'))).toBe(false)
  for (const passed of [0, limit / 2]) {
    time += passed
    expect(await isBorne(outage)).toBe(true)
  }
  time += limit / 2
  expect(await isBorne(outage)).toBe(false)
})

test('work that takes long is no failure that lasts', async () => {
  const outage = createOutage(limit)
  outage.end()
  time += 2 * limit
  expect(await isBorne(outage)).toBe(true)
  outage.end()
  time += 2 * limit
  expect(await isBorne(outage)).toBe(true)
})
