import { expect, test } from '@jest/globals'
import type { Storage } from '../storage/storage.js'
import { acquireLease, lockKey } from './lease.js'
import { memoryStorage } from './testing/memory-storage.js'

const seconds = 60
const begin = Date.parse('2025-01-01T00:00:00Z')

/** A clock that the test moves. */
function testClock() {
  let time = begin
  return {
    now: () => time,
    pass(milliseconds: number) {
      time += milliseconds
    },
  }
}

test('while a run holds the lease, another is refused and told who holds it', async () => {
  const storage = memoryStorage()
  const { now } = testClock()
  const lease = await acquireLease(storage, { run: 'first', seconds, now })
  await expect(acquireLease(storage, { run: 'second', seconds, now })).rejects.toMatchObject({
    code: 'lock',
    exitCode: 4,
    found: expect.stringContaining('run first'),
  })
  await lease.release()
  const second = await acquireLease(storage, { run: 'second', seconds, now })
  expect(second.run).toBe('second')
  await second.release()
})

test('of runs that begin at the same moment, one gets the lease', async () => {
  const storage = memoryStorage()
  const attempts = Array.from({ length: 8 }, (_, i) =>
    acquireLease(storage, { run: `${i}`, seconds }),
  )
  const settled = await Promise.allSettled(attempts)
  const won = settled.filter((one) => one.status === 'fulfilled')
  const refused = settled.filter((one) => one.status === 'rejected')
  expect(won).toHaveLength(1)
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'lock' })
  await won[0]?.value.release()
})

test('renewing moves the expiry on', async () => {
  const storage = memoryStorage()
  const clock = testClock()
  const lease = await acquireLease(storage, { run: 'first', seconds, now: clock.now })
  clock.pass(50_000)
  await lease.renew()
  clock.pass(50_000)
  const second = acquireLease(storage, { run: 'second', seconds, now: clock.now })
  await expect(second).rejects.toMatchObject({ code: 'lock' })
  await lease.release()
})

test('an expired lease is taken over, and its old holder can neither renew it nor give it away', async () => {
  const storage = memoryStorage()
  const clock = testClock()
  const first = await acquireLease(storage, { run: 'first', seconds, now: clock.now })
  clock.pass(seconds * 1000)
  const second = await acquireLease(storage, { run: 'second', seconds, now: clock.now })
  await expect(first.renew()).rejects.toMatchObject({ code: 'conflict', exitCode: 4 })
  await first.release()
  const third = acquireLease(storage, { run: 'third', seconds, now: clock.now })
  await expect(third).rejects.toMatchObject({
    code: 'lock',
    found: expect.stringContaining('second'),
  })
  await second.release()
})

test('a lease whose reply was lost is held all the same', async () => {
  let isLost = true
  const storage = memoryStorage({
    onChange(moment) {
      if (moment === 'after' && isLost) throw new Error('connection reset')
    },
  })
  const lease = await acquireLease(storage, { run: 'first', seconds })
  await lease.renew()
  isLost = false
  await lease.renew()
  await lease.release()
})

test('a renewal that took effect while the store told nothing does not lose the lease', async () => {
  let isAway = false
  const storage = memoryStorage({
    onChange(moment) {
      if (moment === 'after' && isAway) throw new Error('connection reset')
    },
  })
  const readText: Storage['readText'] = async (key) => {
    if (isAway) throw new Error('connection refused')
    return storage.readText(key)
  }
  const clock = testClock()
  const options = { run: 'first', seconds, now: clock.now }
  const lease = await acquireLease({ ...storage, readText }, options)
  clock.pass(20_000)
  isAway = true
  await expect(lease.renew()).rejects.toThrow('connection reset')
  isAway = false
  clock.pass(20_000)
  await lease.renew()
  await lease.release()
})

test('a lock object that we did not write is an error with a remedy, not a free lease', async () => {
  const storage = memoryStorage()
  await storage.write(lockKey, 'mine')
  await expect(acquireLease(storage, { run: 'first', seconds })).rejects.toMatchObject({
    code: 'config',
    at: lockKey,
  })
})
