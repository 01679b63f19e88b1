import { ThroughlineError } from '../errors.js'
import { nameOf, type Range } from './log-driver.js'

/** The log deleted records before they were read: going on would lose them in silence. */
export const lostError = (range: Range, next: number): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at: nameOf(range),
    expected: `a log that still has offset ${next}`,
    found: `records from offset ${range.start} on, the older ones deleted`,
    remedy:
      'Load what is missing from an export, and go on with --skip-lost; let the topic keep records for longer than a stream may stand still.',
  })

/** A log shorter than what was read of it is another log, or was cut: its new records would be passed over. */
export const beyondError = (range: Range, next: number): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at: nameOf(range),
    expected: `a log that reaches offset ${next}`,
    found: `an end at offset ${range.end}`,
    remedy:
      'The topic was made anew or lost records: check that it is the right one, and begin it from its start.',
  })

export const absentTopicError = (
  topic: string,
  at: string,
  retryable = false,
  cause?: unknown,
): ThroughlineError =>
  new ThroughlineError({
    code: 'source',
    at,
    expected: `a topic ${topic}`,
    found: 'no such topic',
    remedy: 'Create the topic, or correct its name in the config.',
    retryable,
    cause,
  })
