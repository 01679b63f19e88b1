import type { Batch } from './increment-project.js'
import { buying, loggingIn, visiting } from './merging-people.js'
import { ann, bob, eve } from './sharing-people.js'

const day = 'log/day.ndjson'
const gone = 'log/gone.ndjson'
const cem = { customer: 'cem', device: 'tablet' }
const search = { ...cem, event: 'search', time: '2025-12-30T10:00:00Z' }

/** What a first release is made of, beside other exports. */
export const firstExports: Batch = {
  ...visiting,
  ...buying,
  ...ann,
  ...bob,
  [day]: [
    search,
    { ...cem, event: 'purchase', time: '2025-12-30T10:20:00Z', revenue: 80, order: 'o7' },
  ],
  [gone]: [{ customer: 'dora', event: 'visit', time: '2025-12-29T10:00:00Z' }],
  'log/flo.ndjson': [{ customer: 'flo', event: 'visit', time: '2025-12-28T10:00:00Z' }],
}

/**
 * What has become of it by the second: a login that makes one customer of two, a telephone that makes several of one, an
 * object with other rows, one that is gone, somebody new, and an event of long ago.
 */
export const secondExports: Batch = {
  ...loggingIn,
  ...eve,
  [day]: [
    search,
    { customer: 'dan', event: 'purchase', time: '2025-12-30T10:20:00Z', revenue: 25, order: 'o7' },
  ],
  [gone]: null,
  'log/new.ndjson': [
    { customer: 'flo', event: 'search', time: '2025-12-28T10:10:00Z', received: '2026-01-02' },
    { customer: 'new', event: 'visit', time: '2026-01-02T08:00:00Z' },
  ],
}
