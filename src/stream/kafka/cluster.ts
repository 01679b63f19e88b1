import {
  type ClusterMetadata,
  Consumer,
  FetchIsolationLevels,
  ListOffsetTimestamps,
} from '@platformatic/kafka'
import { ThroughlineError } from '../../errors.js'
import type { Assignment, Range } from '../log-driver.js'
import { absentTopicError } from '../log-errors.js'
import type { Partition } from '../log-source.js'
import { kafkaError } from './kafka-errors.js'
import { clientName, clientOptions, type KafkaOptions } from './kafka-options.js'

/** What is to be known of the brokers: who leads a partition, and which offsets it has. */
export interface Cluster {
  readonly client: Consumer
  /** As last heard, at most some seconds ago. */
  topology(): Promise<ClusterMetadata>
  /** After a failure: what was heard is out of date. */
  forget(): void
  all(): Promise<Assignment>
  ranges(partitions: readonly Partition[]): Promise<Range[]>
}

export function createCluster(options: KafkaOptions, topics: readonly string[]): Cluster {
  const client = new Consumer({ ...clientOptions(options), groupId: clientName(options) })
  const at = options.brokers.join(', ')
  const ids = new Map<string, string>()

  async function topology(): Promise<ClusterMetadata> {
    const metadata = await client.metadata({ topics: [...topics] }).catch((error: unknown) => {
      throw absentTopic(error, at, ids) ?? kafkaError(error, at)
    })
    for (const [topic, { id }] of metadata.topics) checkId(ids, topic, id)
    return metadata
  }

  return {
    client,
    topology,
    forget: () => client.clearMetadata(),
    async all() {
      const metadata = await topology()
      const partitionsOf = (topic: string): Partition[] =>
        (metadata.topics.get(topic)?.partitions ?? []).map((_, partition) => ({ topic, partition }))
      return { revision: 0, partitions: topics.flatMap(partitionsOf) }
    },
    ranges: (partitions) =>
      rangesOf(client, partitions).catch((error: unknown) => {
        throw kafkaError(error, at)
      }),
  }
}

async function rangesOf(client: Consumer, partitions: readonly Partition[]): Promise<Range[]> {
  const topics = [...new Set(partitions.map(({ topic }) => topic))]
  const isolationLevel = FetchIsolationLevels.READ_COMMITTED
  const [starts, ends] = await Promise.all([
    client.listOffsets({ topics, timestamp: ListOffsetTimestamps.EARLIEST, isolationLevel }),
    client.listOffsets({ topics, timestamp: ListOffsetTimestamps.LATEST, isolationLevel }),
  ])
  return partitions.map(({ topic, partition }) => ({
    topic,
    partition,
    start: Number(starts.get(topic)?.[partition]),
    end: Number(ends.get(topic)?.[partition]),
  }))
}

/** A topic that was there may only seem to be gone, as to a broker that has just started. */
function absentTopic(
  error: unknown,
  at: string,
  ids: ReadonlyMap<string, string>,
): ThroughlineError | undefined {
  const [, topic] = /^Unknown topic (.+)\.$/.exec(error instanceof Error ? error.message : '') ?? []
  return topic === undefined ? undefined : absentTopicError(topic, at, ids.has(topic), error)
}

/** Offsets of a topic mean nothing in another of the same name. */
function checkId(ids: Map<string, string>, topic: string, id: string): void {
  const known = ids.get(topic)
  ids.set(topic, known ?? id)
  if (known === undefined || known === id) return
  throw new ThroughlineError({
    code: 'source',
    at: topic,
    expected: 'the topic that this stream began with',
    found: 'another of the same name: it was deleted and made anew',
    remedy: 'Start the stream again, with the topic from its beginning.',
  })
}
