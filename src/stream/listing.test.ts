import { afterEach, expect, jest, test } from '@jest/globals'
import { readConfig } from '../config.js'
import { memoryStorage } from '../publish/testing/memory-storage.js'
import { createListing } from './listing.js'

afterEach(() => {
  jest.restoreAllMocks()
})

test('objects are listed as often as configured, also when the clock is set back', async () => {
  const config = readConfig(undefined)
  const storage = memoryStorage()
  let listings = 0
  const raw: typeof storage = {
    ...storage,
    list(prefix) {
      listings++
      return storage.list(prefix)
    },
  }
  const listing = createListing(
    {
      ...config,
      sources: { log: { preset: 'event_log', prefix: 'log' } },
      stream: { ...config.stream, poll_objects_seconds: 0 },
    },
    { raw, archive: storage },
  )
  await listing.refresh(false)
  const hourAgo = Date.now() - 3_600_000
  jest.spyOn(Date, 'now').mockReturnValue(hourAgo)
  await listing.refresh(false)
  expect(listings).toBe(2)
})
