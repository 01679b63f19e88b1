import { setTimeout as sleep } from 'node:timers/promises'
import { ThroughlineError } from '../errors.js'
import { absentError } from './object-errors.js'

/** What a failed request says of itself; every field may be missing. */
interface Failure {
  name?: string
  message?: string
  code?: string
  $metadata?: { httpStatusCode?: number }
}

export const statusOf = (error: unknown): number =>
  (error as Failure).$metadata?.httpStatusCode ?? 0

export const nameOf = (error: unknown): string =>
  (error as Failure).code ?? (error as Failure).name ?? 'Error'

/** Whether an object, not its bucket, is missing. */
export const isAbsent = (error: unknown): boolean =>
  statusOf(error) === 404 && !isBucketAbsent(error)

const isBucketAbsent = (error: unknown): boolean => (error as Failure).name === 'NoSuchBucket'

/** Waits before try `attempt + 1`: doubling from 100 ms to 5 s, with jitter so that many do not return at once. */
export const backOff = (attempt: number): Promise<void> =>
  sleep(Math.min(5_000, 100 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2))

interface Explanation {
  applies: (error: unknown) => boolean
  found: string
  remedy: string
  retryable?: boolean
}

const named =
  (...names: string[]) =>
  (error: unknown): boolean =>
    names.includes(nameOf(error)) || names.includes((error as Failure).name ?? '')

const explanations: Explanation[] = [
  {
    applies: isBucketAbsent,
    found: 'no such bucket',
    remedy: 'Create the bucket, or correct its name and the endpoint in the config.',
  },
  {
    applies: named('CredentialsProviderError', 'CredentialsError'),
    found: 'no credentials',
    remedy: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, in the environment.',
  },
  {
    applies: named('InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken'),
    found: 'credentials that the store refuses',
    remedy:
      'Renew the credentials in the environment, and check that they belong to this endpoint.',
  },
  {
    applies: named('RequestTimeTooSkewed'),
    found: 'a clock too far from the store’s',
    remedy: 'Set this machine’s clock.',
  },
  {
    applies: named(
      'PermanentRedirect',
      'AuthorizationHeaderMalformed',
      'IllegalLocationConstraint',
    ),
    found: 'a bucket in another region',
    remedy: 'Set the bucket’s region in the config.',
  },
  {
    applies: (error) => statusOf(error) === 403,
    found: 'access denied',
    remedy: 'Give these credentials the right to list, read, write and delete here.',
  },
  {
    applies: (error) => (error as Failure).message === 'Region is missing',
    found: 'no region',
    remedy: 'Set the region in the config, or AWS_REGION in the environment.',
  },
  {
    applies: (error) => statusOf(error) >= 500 || statusOf(error) === 429,
    found: 'a store that keeps failing or is too busy',
    remedy: 'Run again later.',
    retryable: true,
  },
  {
    applies: (error) => statusOf(error) === 0,
    found: 'no answer',
    remedy: 'Check the endpoint in the config, the network and the proxy, then run again.',
    retryable: true,
  },
]

/** A failed request in our own terms, with what the user can do about it. */
export function storeError(error: unknown, at: string): ThroughlineError {
  if (error instanceof ThroughlineError) return error
  if (isAbsent(error)) return absentError(at, error)
  const known = explanations.find(({ applies }) => applies(error))
  const status = statusOf(error) === 0 ? '' : `${statusOf(error)} `
  return new ThroughlineError({
    code: 'source',
    at,
    expected: 'a store that answers',
    found: `${known?.found ?? 'a refusal'} (${status}${nameOf(error)})`,
    remedy: known?.remedy ?? 'Look the error up in the store’s manual.',
    retryable: known?.retryable ?? false,
    cause: error,
  })
}
