import { setTimeout as sleep } from 'node:timers/promises'
import { Admin, type MessageToProduce, Producer } from '@platformatic/kafka'
import type { NewRecord } from '../stream/append-to-file-log.js'
import { openKafkaLog } from '../stream/kafka/kafka-log.js'
import type { KafkaOptions } from '../stream/kafka/kafka-options.js'
import type { Partition } from '../stream/log-source.js'
import { startKafka } from './kafka-broker.js'
import type { LogUnderTest } from './log-under-test.js'

const milliseconds = { connectTimeout: 10_000, timeout: 30_000, requestTimeout: 30_000 }

/** A topic's settings, such as `cleanup.policy`. */
export type TopicSettings = Record<string, string>

/** A running broker, a producer and an administrator of it. */
export interface KafkaUnderTest extends LogUnderTest {
  broker: Awaited<ReturnType<typeof startKafka>>
  options: KafkaOptions
  createTopic(topic: string, partitions: number, settings?: TopicSettings): Promise<void>
  deleteTopic(topic: string): Promise<void>
  /** Records of one transaction, kept or rolled back. */
  appendTransaction(
    partition: Partition,
    records: readonly NewRecord[],
    end: 'commit' | 'abort',
  ): Promise<void>
}

export async function openKafkaUnderTest(): Promise<KafkaUnderTest> {
  const broker = await startKafka()
  const options = { brokers: [broker.addresses.open], requestMilliseconds: 10_000 }
  const client = { clientId: 'test', bootstrapBrokers: options.brokers, ...milliseconds }
  const admin = new Admin(client)
  const producer = new Producer(client)
  const transactions = new Producer({ ...client, idempotent: true, transactionalId: 'test' })
  const appendTransaction: KafkaUnderTest['appendTransaction'] = async (at, records, end) => {
    const transaction = await transactions.beginTransaction()
    await transaction.send({ messages: messagesOf(at, records) })
    await (end === 'commit' ? transaction.commit() : transaction.abort())
  }
  const openMember: KafkaUnderTest['openMember'] = (read) =>
    openKafkaLog({ ...options, group: read.topics.join() }, read)
  return {
    broker,
    options,
    async createTopic(topic, partitions, settings = {}) {
      const configs = Object.entries(settings).map(([name, value]) => ({ name, value }))
      await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs })
      // The broker learns of it from its controller, a moment later.
      while (!(await admin.listTopics()).includes(topic)) await sleep(20)
    },
    async growTopic(name, count) {
      await admin.createPartitions({ topics: [{ name, count }] })
      // Else it would write to the partitions that it knows.
      producer.clearMetadata()
    },
    async deleteTopic(topic) {
      await admin.deleteTopics({ topics: [topic] })
      producer.clearMetadata()
    },
    async append(at, records) {
      await producer.send({ messages: messagesOf(at, records), acks: -1 })
    },
    appendTransaction,
    leaveGap: (at) => appendTransaction(at, [noRecord], 'abort'),
    async deleteBefore({ topic, partition }, offset) {
      const partitions = [{ partition, offset: BigInt(offset) }]
      await admin.deleteRecords({ topics: [{ name: topic, partitions }] })
    },
    open: (read) => openKafkaLog(options, read),
    openMember,
    async addMember(topic) {
      const other = await openMember({ topics: [topic], startOf: () => undefined })
      return () => other.close()
    },
    async close() {
      await Promise.all([admin.close(), producer.close(), transactions.close()])
      await broker.close()
    },
  }
}

const noRecord: NewRecord = { key: null, value: Buffer.from('rolled back'), timestamp: 0 }

const messagesOf = (
  { topic, partition }: Partition,
  records: readonly NewRecord[],
): MessageToProduce<Buffer, Buffer, Buffer, Buffer>[] =>
  records.map(({ key, value, timestamp }) => ({
    topic,
    partition,
    timestamp: BigInt(timestamp),
    ...(key === null ? {} : { key }),
    value: value as Buffer,
  }))
