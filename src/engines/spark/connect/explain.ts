import { ThroughlineError } from '../../../errors.js'
import { explanations } from './explanations.js'
import { type Fault, faultSaying } from './fault.js'
import { saidOf } from './said.js'

const ofSql = {
  code: 'model',
  expected: 'SQL that Spark runs',
  remedy: 'Correct the statement.',
} as const

/** A fault as our error, which has no values of rows; the fault itself, which may, is the cause. */
export function errorOf(fault: Fault, at: string): ThroughlineError {
  const explanation = explanations.find(({ applies }) => applies(fault)) ?? ofSql
  const { code, expected, remedy } = explanation
  const found = 'found' in explanation ? explanation.found : undefined
  const retryable = 'retryable' in explanation && explanation.retryable === true
  return new ThroughlineError({
    code,
    at,
    expected,
    found: found ?? saidOf(fault),
    remedy,
    retryable,
    cause: fault,
  })
}

/** The server, or something between, does not keep to the protocol: nothing that it says can be relied on. */
export const lieError = (at: string, expected: string, found: string): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at,
    expected,
    found,
    remedy: 'Check that nothing between here and the server changes its answers, then run again.',
  })

/** Another server than before answers under the same address. */
export const sessionLostError = (at: string): ThroughlineError =>
  errorOf(
    {
      ...faultSaying('INTERNAL', 'the server-side session changed'),
      errorClass: 'INVALID_HANDLE.SESSION_CHANGED',
    },
    at,
  )
