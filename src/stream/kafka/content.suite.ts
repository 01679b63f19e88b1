import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { KafkaUnderTest } from '../../testing/kafka-under-test.js'
import {
  createCaller,
  isCaughtUp,
  recordOf,
  recordsOf,
  textsOf,
  textsOfRecords,
} from '../../testing/log-under-test.js'

/** What only Kafka does to records: compresses them, compacts them, takes them back. */
export function contentSuite(kafka: () => KafkaUnderTest): void {
  describe('what is in a topic of Kafka', () => {
    compressed(kafka)
    compacted(kafka)
    transactional(kafka)
  })
}

function compressed(kafka: () => KafkaUnderTest): void {
  test.each(['uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'])(
    'records are read from the midst of a batch that the broker compressed, %s',
    async (way) => {
      const at = { topic: `compressed-${way}`, partition: 0 }
      await kafka().createTopic(at.topic, 1, { 'compression.type': way })
      const written = recordsOf(`${randomBytes(50).toString('hex')}${'x'.repeat(900)}`, 300)
      await kafka().append(at, written)
      const caller = createCaller(at.topic, (options) => kafka().open(options))
      caller.offsets.set(0, 150)
      await caller.open()
      await caller.pollUntil(() => isCaughtUp(caller), { bytes: 20_000 })
      await caller.close()
      expect(textsOf(caller.seen)).toEqual(textsOfRecords(written).slice(150))
    },
  )
}

function compacted(kafka: () => KafkaUnderTest): void {
  test('a compacted topic: what is left is read, the gaps are passed over', async () => {
    const at = { topic: 'compacted', partition: 0 }
    await kafka().createTopic(at.topic, 1, {
      'cleanup.policy': 'compact',
      'segment.ms': '100',
      'min.cleanable.dirty.ratio': '0.01',
    })
    const caller = createCaller(at.topic, (options) => kafka().open(options))
    let appended = 0
    do {
      // A segment is closed, and so can be compacted, when a record is written that is later by `segment.ms`.
      const timestamp = Date.now() - 100_000 + appended * 1_000
      const records = [recordOf('common', 'common'), recordOf(`own${appended}`, `own${appended}`)]
      await kafka().append(
        at,
        records.map((record) => ({ ...record, timestamp })),
      )
      appended++
      caller.seen.length = 0
      caller.offsets.clear()
      await caller.open()
      await caller.pollUntil(() => isCaughtUp(caller))
    } while (caller.seen.length === 2 * appended && appended < 100)
    await caller.close()
    const offsets = caller.seen.map(({ offset }) => offset)
    expect(offsets.length).toBeLessThan(2 * appended)
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
    // Each other key has one record, so none of them may be missing.
    const own = textsOf(caller.seen).filter((text) => text.startsWith('own'))
    expect(own).toEqual(Array.from({ length: appended }, (_, index) => `own${index}`))
    expect(caller.positions).toEqual([{ ...at, next: 2 * appended, end: 2 * appended }])
  })
}

function transactional(kafka: () => KafkaUnderTest): void {
  // One answer holds several transactions, or ends in the midst of one.
  test.each([1_000_000, 100])(
    'records that were rolled back are left out, %d bytes a batch',
    async (bytes) => {
      const at = { topic: `transactions-${bytes}`, partition: 0 }
      await kafka().createTopic(at.topic, 1)
      const kept = [recordsOf('kept', 3), recordsOf('also kept', 3), recordsOf('plain', 2)]
      await kafka().appendTransaction(at, recordsOf('rolled back', 3), 'abort')
      await kafka().appendTransaction(at, kept[0]!, 'commit')
      await kafka().appendTransaction(at, recordsOf('rolled back too', 3), 'abort')
      await kafka().appendTransaction(at, kept[1]!, 'commit')
      await kafka().append(at, kept[2]!)
      await kafka().appendTransaction(at, recordsOf('last', 3), 'abort')
      const caller = createCaller(at.topic, (options) => kafka().open(options))
      await caller.open()
      await caller.pollUntil(() => isCaughtUp(caller), { bytes })
      await caller.close()
      expect(textsOf(caller.seen)).toEqual(textsOfRecords(kept.flat()))
      expect(caller.positions).toEqual([{ ...at, next: 22, end: 22 }])
    },
  )
}
