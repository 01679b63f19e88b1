import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import {
  type Caller,
  createCaller,
  isCaughtUp,
  type LogUnderTest,
  recordOf,
  recordsOf,
  textsOf,
  textsOfRecords,
} from '../testing/log-under-test.js'
import type { Partition } from './log-source.js'

interface Subject {
  log: () => LogUnderTest
  caller: () => Caller
  partition: (partition: number) => Partition
}

/** What every source of log records must do; each implementation's test calls this once. */
export function logSourceSuite(name: string, openLog: () => Promise<LogUnderTest>): void {
  describe(name, () => {
    let log: LogUnderTest
    let caller: Caller
    let topic = ''
    let topics = 0
    beforeAll(async () => {
      log = await openLog()
    })
    afterAll(() => log.close())
    beforeEach(async () => {
      topic = `topic-${topics++}`
      await log.createTopic(topic, 2)
      caller = createCaller(topic, (options) => log.open(options))
    })
    afterEach(() => caller.close())
    const subject: Subject = {
      log: () => log,
      caller: () => caller,
      partition: (partition) => ({ topic, partition }),
    }
    reading(subject)
    bounds(subject)
    offsets(subject)
    gapsAndLosses(subject)
    assignments(subject)
  })
}

function reading({ log, caller, partition }: Subject): void {
  test('two partitions: every record once, in the order of its partition', async () => {
    const [first, second] = [recordsOf('first', 300), recordsOf('second', 200)]
    await log().append(partition(0), first)
    await log().append(partition(1), second)
    await caller().open()
    await caller().pollUntil(() => isCaughtUp(caller()))
    expect(textsOf(caller().seen, 0)).toEqual(textsOfRecords(first))
    expect(textsOf(caller().seen, 1)).toEqual(textsOfRecords(second))
    expect(caller().seen.find((record) => record.partition === 1)).toEqual({
      ...partition(1),
      offset: 0,
      ...second[0],
    })
  })

  test('whatever is in a record is delivered as it is, and reading goes on', async () => {
    const odd = [
      recordOf('not JSON {'),
      recordOf(null),
      recordOf(''),
      recordOf(Buffer.from([0xff, 0xfe, 0x00, 0x80])),
      { key: null, value: Buffer.from('without a key, and earlier'), timestamp: 1_699_999_999_000 },
      recordOf('{"two":\n"lines"}'),
    ]
    await log().append(partition(0), [...odd, recordOf('{}')])
    await caller().open()
    await caller().pollUntil(() => isCaughtUp(caller()))
    const delivered = caller().seen.map(({ key, value, timestamp }) => ({ key, value, timestamp }))
    expect(delivered).toEqual([...odd, recordOf('{}')])
  })

  test('a message of 5 MB is delivered whole, also where it exceeds the bytes of a batch', async () => {
    const large = randomBytes(5_000_000)
    await log().append(partition(0), [recordOf('before')])
    await log().append(partition(0), [recordOf(large), recordOf('after')])
    await caller().open()
    await caller().pollUntil(() => isCaughtUp(caller()), { bytes: 100_000 })
    expect(caller().seen.map(({ offset }) => offset)).toEqual([0, 1, 2])
    expect(caller().seen[1]?.value?.equals(large)).toBe(true)
  })

  test('a topic that does not exist is an error that names it', async () => {
    await expect(caller().open({ topics: ['nowhere'] })).rejects.toMatchObject({
      code: 'source',
      expected: 'a topic nowhere',
      retryable: false,
    })
  })
}

function bounds({ log, caller, partition }: Subject): void {
  test('a batch has at most so many records, and so many bytes', async () => {
    await log().append(partition(0), recordsOf('record', 50))
    await caller().open()
    const { records, positions } = await caller().poll({ records: 7, milliseconds: 5_000 })
    expect(records).toHaveLength(7)
    expect(positions).toContainEqual({ ...partition(0), next: 7, end: 50 })
    // Each has three bytes of a key and seven of a value.
    const bounded = await caller().poll({ bytes: 40, milliseconds: 5_000 })
    expect(textsOf(bounded.records)).toEqual(['record7', 'record8', 'record9'])
    await caller().pollUntil(() => isCaughtUp(caller()), { records: 10 })
    expect(textsOf(caller().seen)).toEqual(textsOfRecords(recordsOf('record', 50)))
  })

  test('a poll waits for as long as it may, and takes what comes in the meantime', async () => {
    await caller().open()
    const started = Date.now()
    expect((await caller().poll({ milliseconds: 300 })).records).toEqual([])
    expect(Date.now() - started).toBeGreaterThanOrEqual(290)
    const waiting = caller().poll({ records: 1, milliseconds: 20_000 })
    await log().append(partition(1), [recordOf('late')])
    expect(textsOf((await waiting).records)).toEqual(['late'])
    expect(Date.now() - started).toBeLessThan(15_000)
  })

  test('closing ends a poll with what it has', async () => {
    await log().append(partition(0), recordsOf('record', 3))
    await caller().open()
    await caller().pollUntil(() => isCaughtUp(caller()))
    const waiting = caller().poll({ milliseconds: 60_000 })
    await caller().close()
    expect((await waiting).records).toEqual([])
  })
}

function offsets({ log, caller, partition }: Subject): void {
  test('opened anew, reading goes on at the offsets that it is given', async () => {
    await log().append(partition(0), recordsOf('first', 40))
    await log().append(partition(1), recordsOf('second', 40))
    for (let restarts = 0; restarts < 4; restarts++) {
      await caller().open()
      await caller().poll({ records: 15, milliseconds: 5_000 })
    }
    await caller().pollUntil(() => isCaughtUp(caller()))
    expect(textsOf(caller().seen, 0)).toEqual(textsOfRecords(recordsOf('first', 40)))
    expect(textsOf(caller().seen, 1)).toEqual(textsOfRecords(recordsOf('second', 40)))
  })

  test('an earlier offset is read again: what was read before plays no part', async () => {
    await log().append(partition(0), recordsOf('record', 10))
    await caller().open()
    await caller().pollUntil(() => isCaughtUp(caller()))
    caller().offsets.set(0, 6)
    await caller().open()
    await caller().pollUntil(() => isCaughtUp(caller()))
    expect(textsOf(caller().seen).slice(10)).toEqual(
      textsOfRecords(recordsOf('record', 10)).slice(6),
    )
  })
}

function gapsAndLosses({ log, caller, partition }: Subject): void {
  test('offsets without a record are passed over, also at the end and where reading starts', async () => {
    await log().append(partition(0), recordsOf('before', 2))
    await log().leaveGap(partition(0))
    await log().append(partition(0), recordsOf('after', 2))
    await log().leaveGap(partition(0))
    await caller().open()
    await caller().pollUntil(() => isCaughtUp(caller()))
    expect(textsOf(caller().seen)).toEqual(['before0', 'before1', 'after0', 'after1'])
    const [place] = caller().positions
    expect(place!.next).toBeGreaterThan(caller().seen.at(-1)!.offset + 1)
    caller().offsets.set(0, 2)
    await caller().open()
    await caller().pollUntil(() => isCaughtUp(caller()))
    expect(textsOf(caller().seen).slice(4)).toEqual(['after0', 'after1'])
  })

  test('records that were deleted before they were read are an error, and no silent gap', async () => {
    await log().append(partition(0), recordsOf('record', 10))
    await log().deleteBefore(partition(0), 6)
    caller().offsets.set(0, 4)
    await expect(caller().open()).rejects.toMatchObject({
      code: 'source',
      at: expect.stringMatching(/\/0$/),
      found: 'records from offset 6 on, the older ones deleted',
      retryable: false,
    })
    caller().offsets.delete(0)
    await caller().open()
    await caller().pollUntil(() => isCaughtUp(caller()))
    expect(caller().seen.map(({ offset }) => offset)).toEqual([6, 7, 8, 9])
  })

  test('unless they are to be passed over', async () => {
    await log().append(partition(0), recordsOf('record', 10))
    await log().append(partition(1), recordsOf('record', 3))
    await log().deleteBefore(partition(0), 6)
    caller().offsets.set(0, 4)
    caller().offsets.set(1, 2)
    await caller().open({ skipLost: true })
    await caller().pollUntil(() => isCaughtUp(caller()))
    const seen = caller().seen.map((record) => [record.partition, record.offset])
    expect(seen.sort()).toEqual([
      [0, 6],
      [0, 7],
      [0, 8],
      [0, 9],
      [1, 2],
    ])
  })

  test('an offset beyond the end is an error: it is another log', async () => {
    await log().append(partition(0), recordsOf('record', 3))
    caller().offsets.set(0, 4)
    await expect(caller().open()).rejects.toMatchObject({
      code: 'source',
      found: 'an end at offset 3',
      retryable: false,
    })
  })
}

function assignments({ log, caller, partition }: Subject): void {
  test('a partition that is new is read from its start', async () => {
    await log().append(partition(0), [recordOf('old')])
    await caller().open()
    await caller().pollUntil(() => caller().seen.length === 1)
    await log().growTopic(partition(0).topic, 3)
    await log().append(partition(2), recordsOf('new', 2))
    await caller().pollUntil(() => caller().seen.length === 3)
    expect(textsOf(caller().seen)).toEqual(['old', 'new0', 'new1'])
    expect(caller().positions).toHaveLength(3)
  })

  test('rebalanced away and back: nothing is lost, nothing doubled', async () => {
    const member = createCaller(partition(0).topic, (options) => log().openMember(options))
    const written = [recordsOf('a', 5), recordsOf('b', 5), recordsOf('c', 5)]
    const appendToBoth = async (records: ReturnType<typeof recordsOf>): Promise<void> => {
      for (const number of [0, 1]) await log().append(partition(number), records)
    }
    await appendToBoth(written[0]!)
    await member.open()
    await member.pollUntil(() => member.seen.length === 10)
    const leave = await log().addMember(partition(0).topic)
    await member.pollUntil(() => member.positions.length === 1)
    const ours = member.positions[0]!.partition
    await appendToBoth(written[1]!)
    await member.pollUntil(() => textsOf(member.seen, ours).length === 10)
    expect(textsOf(member.seen, 1 - ours)).toEqual(textsOfRecords(written[0]!))
    await leave()
    await member.pollUntil(() => member.positions.length === 2)
    await appendToBoth(written[2]!)
    await member.pollUntil(() => isCaughtUp(member) && member.seen.length >= 30)
    await member.close()
    for (const number of [0, 1]) {
      expect(textsOf(member.seen, number)).toEqual(textsOfRecords(written.flat()))
    }
  })
}
