import { Consumer } from '@platformatic/kafka'
import type { Assignment } from '../log-driver.js'
import { kafkaError } from './kafka-errors.js'
import { clientOptions, type KafkaOptions } from './kafka-options.js'

/** A member that is silent for so long has left; so short that its partitions are soon read by another. */
const sessionTimeout = 10_000

/** How long the group waits for its members to join again; the request is held until then. */
const rebalanceTimeout = 20_000

/** Membership of a consumer group: it shares out the partitions, and nothing else; offsets are never stored there. */
export interface Membership {
  assigned(): Promise<Assignment>
  leave(): Promise<void>
}

export function createMembership(
  options: KafkaOptions,
  group: string,
  topics: readonly string[],
): Membership {
  const client = new Consumer({
    ...clientOptions(options),
    requestTimeout: 2 * rebalanceTimeout,
    groupId: group,
    sessionTimeout,
    rebalanceTimeout,
    heartbeatInterval: 1_000,
  })
  let assignment: Assignment | undefined
  client.topics.trackAll(...topics)
  client.on('consumer:group:join', ({ generationId = 0, assignments = [] }) => {
    const partitions = assignments.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    )
    assignment = { revision: generationId, partitions }
  })
  // After such a failure the client sends no more heartbeats; the next poll joins again, or says why it cannot.
  const lapse = (): void => {
    assignment = undefined
  }
  client.on('error', lapse)
  client.on('consumer:heartbeat:error', lapse)
  return {
    async assigned() {
      if (assignment === undefined) {
        await client.joinGroup({}).catch((error: unknown) => {
          throw kafkaError(error, `group ${group}`)
        })
      }
      return assignment ?? { revision: -1, partitions: [] }
    },
    async leave() {
      // A group that cannot be told so drops the member when its heartbeats stay away.
      await Promise.resolve(client.close(true)).catch(() => undefined)
    },
  }
}
