import type { ClusterMetadata } from '@platformatic/kafka'
import { type Chunk, type From, nameOf } from '../log-driver.js'
import { chunkOf } from './chunks.js'
import type { FetchRequestTopic, FetchResponse } from './fetch-api.js'

/** What to ask each broker for: the partitions that it leads; -1 stands for those that nobody leads just now. */
export function byLeader(topology: ClusterMetadata, from: readonly From[]): Map<number, From[]> {
  const asked = new Map<number, From[]>()
  for (const one of from) {
    const leader = topology.topics.get(one.topic)?.partitions[one.partition]?.leader ?? -1
    asked.set(leader, [...(asked.get(leader) ?? []), one])
  }
  return asked
}

/** Another partition first each time: a broker fills its answer in this order, up to the bytes asked for. */
export function rotated(from: readonly From[], turn: number): From[] {
  const first = from.length === 0 ? 0 : turn % from.length
  return [...from.slice(first), ...from.slice(0, first)]
}

export function requestOf(
  topology: ClusterMetadata,
  from: readonly From[],
  bytes: number,
): FetchRequestTopic[] {
  return from.map(({ topic, partition, offset }) => ({
    topicId: idOf(topology, topic),
    partitions: [
      {
        partition,
        fetchOffset: BigInt(offset),
        partitionMaxBytes: bytes,
        // Not known: a broker then answers by what it knows itself.
        currentLeaderEpoch: -1,
        lastFetchedEpoch: -1,
      },
    ],
  }))
}

export function chunksOf(
  { responses }: FetchResponse,
  topology: ClusterMetadata,
  from: readonly From[],
): Chunk[] {
  const asked = new Map(
    from.map((one) => [nameOf({ ...one, topic: idOf(topology, one.topic) }), one]),
  )
  return responses.flatMap(({ topicId, partitions }) =>
    partitions.flatMap((fetched) => {
      const one = asked.get(nameOf({ topic: topicId, partition: fetched.partitionIndex }))
      return one === undefined ? [] : [chunkOf(one, fetched)]
    }),
  )
}

const idOf = (topology: ClusterMetadata, topic: string): string =>
  topology.topics.get(topic)?.id ?? ''
