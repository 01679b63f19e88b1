import { expect, test } from '@jest/globals'
import { errorOf } from './errors.js'

const problem = (at: string) => ({
  at,
  expected: `a value of ${at}`,
  found: 'nothing',
  remedy: 'Correct it.',
})

test('an error says where, what was expected, what was found and what to do', () => {
  const error = errorOf('config', [problem('run.since')])
  expect(error.message).toBe('run.since: expected a value of run.since, found nothing. Correct it.')
})

test('of several problems each has a line of its own, and what to do is said once', () => {
  const { message, at } = errorOf('config', [problem('run.since'), problem('run.until')])
  expect(message.split('\n')).toEqual([
    'run.since: expected a value of run.since, found nothing.',
    'run.until: expected a value of run.until, found nothing.',
    'Correct it.',
  ])
  expect(at).toBe('run.since, run.until')
})
