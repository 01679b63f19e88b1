import { type ClusterMetadata, ConnectionPool, FetchIsolationLevels } from '@platformatic/kafka'
import type { Chunk, From } from '../log-driver.js'
import type { Cluster } from './cluster.js'
import { type FetchApi, negotiateFetch } from './fetch-api.js'
import { byLeader, chunksOf, requestOf, rotated } from './fetch-request.js'
import { leaderlessError } from './kafka-errors.js'
import { clientName, connectionOptions, type KafkaOptions } from './kafka-options.js'

/** How long a broker holds a request that it has no records for: so long may new partitions have to wait. */
const holdMilliseconds = 500

/** An answer is in memory as one piece. */
const maxAnswerBytes = 64 * 1024 * 1024

/** Requests under way, at most one a broker: what their answers hold is all that is fetched ahead. */
export interface Fetches {
  /** Asks every broker that is not being asked, and gives the next answer of any; rejects as the client does. */
  next(from: readonly From[], bytes: number, milliseconds: number): Promise<Chunk[]>
  close(): Promise<void>
}

interface Answer {
  broker: number
  chunks: Chunk[]
  error?: unknown
}

export function createFetches(cluster: Cluster, options: KafkaOptions): Fetches {
  // Connections of their own: a broker answers in order, and a request that it holds would hold up the others.
  const pool = new ConnectionPool(clientName(options), connectionOptions(options))
  const running = new Map<number, Promise<Answer>>()
  let api: FetchApi | undefined
  let turn = 0

  async function ask(topology: ClusterMetadata, broker: number, from: From[], bytes: number) {
    const address = topology.brokers.get(broker)
    if (address === undefined) throw leaderlessError(from)
    api ??= await negotiateFetch(cluster.client)
    const limits = [holdMilliseconds, 1, bytes, FetchIsolationLevels.READ_COMMITTED] as const
    const topics = requestOf(topology, from, bytes)
    const response = await api.async(await pool.get(address), ...limits, 0, 0, topics, [], '')
    return chunksOf(response, topology, from)
  }

  function start(topology: ClusterMetadata, broker: number, from: From[], bytes: number): void {
    if (running.has(broker)) return
    const answer: Promise<Answer> = ask(topology, broker, from, bytes).then(
      (chunks) => ({ broker, chunks }),
      (error: unknown) => ({ broker, chunks: [], error }),
    )
    running.set(broker, answer)
  }

  return {
    async next(from, bytes, milliseconds) {
      const topology = await cluster.topology()
      for (const [broker, asked] of byLeader(topology, rotated(from, turn++))) {
        start(topology, broker, asked, Math.min(bytes, maxAnswerBytes))
      }
      const answer = await firstOf([...running.values()], milliseconds)
      if (answer === undefined) return []
      running.delete(answer.broker)
      if (answer.error !== undefined) throw answer.error
      return answer.chunks
    },
    close: () => pool.close(),
  }
}

/** The first answer, or undefined when none came in time. */
async function firstOf<T>(answers: Promise<T>[], milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds)
  })
  return Promise.race([...answers, late]).finally(() => clearTimeout(timer))
}
