import type { Batch } from './increment-project.js'

/** Somebody who looks around on a phone, without a name. */
export const visiting: Batch = {
  'log/visitor.ndjson': [
    { device: 'phone', event: 'visit', time: '2025-01-11T09:00:00Z' },
    { device: 'phone', event: 'search', time: '2025-01-11T09:10:00Z' },
  ],
}

/** Ann, who buys on a laptop. */
export const buying: Batch = {
  'log/buyer.ndjson': [
    {
      customer: 'ann',
      device: 'laptop',
      event: 'purchase',
      time: '2025-01-12T10:00:00Z',
      revenue: 50,
      order: 'o1',
    },
  ],
}

/** Ann on the phone: the two are one. */
export const loggingIn: Batch = {
  'log/login.ndjson': [
    { customer: 'ann', device: 'phone', event: 'login', time: '2025-01-13T08:00:00Z' },
  ],
}
