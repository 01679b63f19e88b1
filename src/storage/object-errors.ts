import { ThroughlineError } from '../errors.js'

export const absentError = (at: string, cause?: unknown): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at,
    expected: 'an object',
    found: 'none',
    remedy: 'Run again: the object was removed after it was listed, or the key is wrong.',
    cause,
  })

export const changedError = (at: string, cause?: unknown): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at,
    expected: 'the version that was listed',
    found: 'an object that changed before it was read to its end',
    remedy: 'Run again once its writer has finished.',
    retryable: true,
    cause,
  })

export const conflictError = (at: string, expected: string, cause?: unknown): ThroughlineError =>
  new ThroughlineError({
    code: 'conflict',
    at,
    expected,
    found: 'a version that another writer put there',
    remedy: 'Let the other run end, then run again.',
    cause,
  })
