import { expect, test } from '@jest/globals'
import type { Batch } from '../testing/increment-project.js'
import { takeSteps } from '../testing/increment-steps.js'
import { rowsOf, type Tables } from '../testing/tables.js'

const ticketOf = (id: number, day: string, status: string) => ({
  id,
  created_at: '2025-01-08T10:00:00Z',
  updated_at: `${day}T12:00:00Z`,
  status,
  subject: 'Help',
  requester_id: 10 + id,
  via: { channel: 'web', source: { from: { address: `person${id}@x.org` } } },
})

/** Incremental exports of Zendesk repeat a ticket whenever something of it has changed. */
const exported = (day: string, status: string): Batch => ({
  [`tickets/${day}.ndjson`]: [ticketOf(1, day, status), ticketOf(2, day, 'open')],
})

const steps = takeSteps(
  [
    exported('2025-01-08', 'open'),
    exported('2025-01-09', 'pending'),
    exported('2025-01-10', 'deleted'),
  ],
  { sources: { desk: { preset: 'zendesk', prefix: 'tickets' } } },
)

const ticketsOf = (tables: Tables) =>
  rowsOf(tables, 'touchpoints', { source: 'desk' }, ['source_event_id']).flat()

test('a record that its source says is deleted is in no table any more', () => {
  expect(ticketsOf(steps[1]!)).toEqual(['ticket:1', 'ticket:2'])
  expect(ticketsOf(steps[2]!)).toEqual(['ticket:2'])
})

test('what it says of the person stays, and each row is told of', () => {
  const outcomes = (tables: Tables) =>
    rowsOf(tables, 'objects', { source: 'desk' }, [
      'object_key',
      'rows_kept',
      'rows_duplicate',
      'rows_rejected',
    ])
  expect(outcomes(steps[2]!)).toEqual([
    ['tickets/2025-01-08.ndjson', 0, 2, 0],
    // Of the last copy before, who asked for help is kept.
    ['tickets/2025-01-09.ndjson', 1, 1, 0],
    ['tickets/2025-01-10.ndjson', 1, 0, 1],
  ])
})
