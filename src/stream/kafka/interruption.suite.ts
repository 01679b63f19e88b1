import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import type { KafkaUnderTest } from '../../testing/kafka-under-test.js'
import {
  createCaller,
  isCaughtUp,
  recordsOf,
  textsOf,
  textsOfRecords,
} from '../../testing/log-under-test.js'

/** Brokers that go and come, and topics that go under a reader. */
export function interruptionSuite(kafka: () => KafkaUnderTest): void {
  describe('interruptions of Kafka', () => {
    restarts(kafka)
    topicsThatGo(kafka)
  })
}

function restarts(kafka: () => KafkaUnderTest): void {
  test.each(['open', 'openMember'] as const)(
    'a broker that is killed in mid-stream and started again: nothing lost, nothing doubled, %s',
    async (open) => {
      const topic = `killed-${open}`
      await kafka().createTopic(topic, 2)
      const [before, after] = [recordsOf('before', 500), recordsOf('after', 500)]
      const append = async (records: typeof before): Promise<void> => {
        for (const partition of [0, 1]) await kafka().append({ topic, partition }, records)
      }
      await append(before)
      const caller = createCaller(topic, (options) => kafka()[open](options))
      await caller.open()
      await caller.poll({ records: 300 })
      await kafka().broker.kill()
      const started = Date.now()
      for (let polls = 0; polls < 3; polls++) await caller.poll({ records: 300 })
      expect(Date.now() - started).toBeLessThan(5_000)
      await kafka().broker.start()
      await append(after)
      await caller.pollUntil(() => isCaughtUp(caller) && caller.seen.length >= 2_000)
      for (const partition of [0, 1]) {
        const expected = textsOfRecords([...before, ...after])
        expect(textsOf(caller.seen, partition)).toEqual(expected)
      }
      await caller.close()
    },
  )

  test('a member of a group is one again after a restart of the broker', async () => {
    await kafka().createTopic('member-again', 2)
    const member = createCaller('member-again', (options) => kafka().openMember(options))
    await member.open()
    await kafka().broker.kill()
    await member.poll({ milliseconds: 3_000 })
    await kafka().broker.start()
    await member.pollUntil(() => member.positions.length === 2)
    const leave = await kafka().addMember('member-again')
    await member.pollUntil(() => member.positions.length === 1)
    await leave()
    await member.pollUntil(() => member.positions.length === 2)
    expect(member.positions).toHaveLength(2)
    await member.close()
  })

  test('a broker that stays away is an error when the patience is over', async () => {
    await kafka().createTopic('away', 1)
    const caller = createCaller('away', (options) => kafka().open(options))
    await caller.open({ patienceMilliseconds: 1_000 })
    await kafka().broker.kill()
    await expect(caller.pollUntil(() => false)).rejects.toMatchObject({
      code: 'source',
      found: expect.stringContaining('no answer'),
      retryable: true,
    })
    await caller.close()
    await kafka().broker.start()
  })
}

function topicsThatGo(kafka: () => KafkaUnderTest): void {
  test('records deleted before they were read, while the stream runs, are an error', async () => {
    const at = { topic: 'deleted-records', partition: 0 }
    await kafka().createTopic(at.topic, 1)
    const caller = createCaller(at.topic, (options) => kafka().open(options))
    await caller.open()
    await caller.poll()
    // The broker holds a request that it has no records for; it is to be answered before there are any.
    await sleep(1_000)
    await kafka().append(at, recordsOf('record', 10))
    await kafka().deleteBefore(at, 5)
    await expect(caller.pollUntil(() => false)).rejects.toMatchObject({
      code: 'source',
      at: 'deleted-records/0',
      found: 'records from offset 5 on, the older ones deleted',
    })
    await caller.close()
  })

  test('a topic that is deleted and made anew is not taken for the old one', async () => {
    const at = { topic: 'made-anew', partition: 0 }
    await kafka().createTopic(at.topic, 1)
    await kafka().append(at, recordsOf('old', 3))
    const caller = createCaller(at.topic, (options) => kafka().open(options))
    await caller.open()
    await caller.pollUntil(() => isCaughtUp(caller))
    await kafka().deleteTopic(at.topic)
    await kafka().createTopic(at.topic, 1)
    await kafka().append(at, recordsOf('new', 5))
    await expect(caller.pollUntil(() => false)).rejects.toMatchObject({
      code: 'source',
      at: 'made-anew',
      found: 'another of the same name: it was deleted and made anew',
    })
    expect(textsOf(caller.seen)).toEqual(['old0', 'old1', 'old2'])
    await caller.close()
  })
}
