import { type Assignment, type From, type LogDriver, nameOf } from '../log-driver.js'
import type { LogSource, ReadOptions } from '../log-source.js'
import { openLog } from '../open-log.js'
import { startingPlaces } from '../places.js'
import { createCluster } from './cluster.js'
import { mendCodecs } from './codecs.js'
import { createFetches } from './fetches.js'
import { isOutOfRange, kafkaError } from './kafka-errors.js'
import type { KafkaOptions } from './kafka-options.js'
import { createMembership } from './membership.js'

/** Records of Kafka topics, of committed transactions only; offsets are the caller's, and no group's. */
export async function openKafkaLog(kafka: KafkaOptions, read: ReadOptions): Promise<LogSource> {
  mendCodecs()
  return openLog(kafkaDriver(kafka, read.topics), read)
}

function kafkaDriver(options: KafkaOptions, topics: readonly string[]): LogDriver {
  const { brokers, group } = options
  const cluster = createCluster(options, topics)
  const fetches = createFetches(cluster, options)
  const membership = group === undefined ? undefined : createMembership(options, group, topics)

  async function assigned(): Promise<Assignment> {
    // Asked in any case: a group would wait without a word for a topic that does not exist.
    const all = await cluster.all()
    return (await membership?.assigned()) ?? all
  }

  /** An error that says what is wrong with an offset; only the ranges tell whether it is too old or too new. */
  async function checkOffsets(from: readonly From[]): Promise<void> {
    const offsets = new Map(from.map((one) => [nameOf(one), one.offset]))
    await startingPlaces({ ranges: cluster.ranges }, from, (one) => offsets.get(nameOf(one)))
  }

  return {
    assigned,
    ranges: cluster.ranges,
    async fetch(from, bytes, milliseconds) {
      try {
        return await fetches.next(from, bytes, milliseconds)
      } catch (error) {
        cluster.forget()
        if (isOutOfRange(error)) await checkOffsets(from)
        throw kafkaError(error, brokers.join(', '))
      }
    },
    async close() {
      await Promise.all([membership?.leave(), fetches.close(), cluster.client.close()])
    },
  }
}
