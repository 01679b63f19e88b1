import { isNativeError } from 'node:util/types'
import { ThroughlineError } from '../../errors.js'
import { nameOf } from '../log-driver.js'
import type { Partition } from '../log-source.js'

interface Explanation {
  applies: (causes: readonly Failure[]) => boolean
  expected?: string
  found: string
  remedy: string
  retryable?: boolean
}

/** What an error of the client, of the socket or of a broker's answer says of itself. */
interface Failure {
  code: string
  /** The broker's word for it, such as TOPIC_AUTHORIZATION_FAILED. */
  word: string
  canRetry: boolean
}

const coded =
  (...codes: string[]) =>
  (causes: readonly Failure[]): boolean =>
    causes.some(({ code, word }) => codes.includes(code) || codes.includes(word))

const explanations: Explanation[] = [
  {
    applies: (causes) =>
      causes.some(({ code }) => /^(ERR_TLS|UNABLE_TO_|CERT_|.*SELF_SIGNED)/.test(code)),
    found: 'a certificate that is not trusted here',
    remedy:
      'Name the authority’s certificate in the config, and the broker as its certificate does.',
  },
  {
    applies: coded('PLT_KFK_AUTHENTICATION', 'SASL_AUTHENTICATION_FAILED'),
    found: 'credentials that the broker refuses',
    remedy: 'Correct the user and password in the environment, and the mechanism in the config.',
  },
  {
    applies: coded(
      'TOPIC_AUTHORIZATION_FAILED',
      'GROUP_AUTHORIZATION_FAILED',
      'CLUSTER_AUTHORIZATION_FAILED',
    ),
    found: 'access denied',
    remedy: 'Give this user the right to read and describe the topics, and to read the group.',
  },
  {
    applies: coded('PLT_KFK_UNSUPPORTED_API', 'UNSUPPORTED_VERSION'),
    found: 'a broker that speaks none of the client’s versions of the protocol',
    remedy: 'Use a broker of Apache Kafka 3.1 or newer.',
  },
  {
    applies: coded('PLT_KFK_NETWORK'),
    found: 'no answer',
    remedy:
      'Check the network, and the brokers’ addresses, TLS and SASL in the config, then run again.',
    retryable: true,
  },
  {
    applies: (causes) => causes.length > 0 && causes.every(({ canRetry }) => canRetry),
    found: 'a broker that is not ready',
    remedy: 'Run again when the cluster is healthy.',
    retryable: true,
  },
]

/** A failed request in our own terms, with what the user can do about it. */
export function kafkaError(error: unknown, at: string): ThroughlineError {
  if (error instanceof ThroughlineError) return error
  const causes = failuresIn(error)
  const known = explanations.find(({ applies }) => applies(causes))
  const names = [...new Set(causes.map(({ code, word }) => word || code))].join(', ')
  return new ThroughlineError({
    code: 'source',
    at,
    expected: 'a Kafka broker that answers',
    found: `${known?.found ?? 'a refusal'} (${names})`,
    remedy: known?.remedy ?? 'Look the error up in Kafka’s manual.',
    retryable: known?.retryable ?? false,
    cause: error,
  })
}

/** The errors in the chain: the client wraps what happened, sometimes many times. */
function failuresIn(error: unknown): Failure[] {
  // Errors of Node's own are no instances of this realm's Error where tests run.
  if (!isNativeError(error)) return []
  const { errors = [] } = error as { errors?: unknown[] }
  if (errors.length > 0) return errors.flatMap(failuresIn)
  return [failureOf(error), ...failuresIn(error.cause)]
}

function failureOf(
  error: Error & { code?: unknown; apiId?: unknown; canRetry?: unknown },
): Failure {
  return {
    code: typeof error.code === 'string' ? error.code : error.name,
    word: typeof error.apiId === 'string' ? error.apiId : '',
    canRetry: error.canRetry === true,
  }
}

/** Nobody leads these partitions just now, as during a restart. */
export const leaderlessError = (partitions: readonly Partition[]): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at: partitions.map(nameOf).join(', '),
    expected: 'a broker that leads the partition',
    found: 'none',
    remedy: 'Run again when the cluster is healthy.',
    retryable: true,
  })

/** Whether an offset that was asked for is not in the log. */
export const isOutOfRange = (error: unknown): boolean =>
  failuresIn(error).some(({ word }) => word === 'OFFSET_OUT_OF_RANGE')
