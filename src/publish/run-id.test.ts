import { expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { createRunId } from './run-id.js'

const runIdPattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/
const times = fc.integer({ min: 0, max: 2 ** 48 - 1 })

test('run ids sort by time and look like one another', () => {
  fc.assert(
    fc.property(times, times, (a, b) => {
      expect(createRunId(a)).toMatch(runIdPattern)
      if (a < b) expect(createRunId(a) < createRunId(b)).toBe(true)
    }),
  )
})

test('run ids of one process sort as they were made, whatever becomes of the clock', () => {
  const clock = jest.spyOn(Date, 'now')
  const ids = [5_000, 5_000, 4_000, 4_001, 6_000].map((time) => {
    clock.mockReturnValue(1_735_689_600_000 + time)
    return createRunId()
  })
  clock.mockRestore()
  expect(ids).toEqual([...ids].sort())
})

test('run ids of one moment differ', () => {
  const ids = Array.from({ length: 1_000 }, () => createRunId(1_735_689_600_000))
  expect(new Set(ids).size).toBe(1_000)
})
