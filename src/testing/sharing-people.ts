import type { Batch } from './increment-project.js'

/** A telephone that one mailbox names, then two, then three, which are too many for one customer. */
export const sharedPhone = '+442079460001'

export const ann: Batch = {
  'log/ann.ndjson': [
    { email: 'ann@x.org', phone: sharedPhone, event: 'visit', time: '2025-01-08T09:00:00Z' },
    {
      email: 'ann@x.org',
      phone: sharedPhone,
      event: 'purchase',
      time: '2025-01-08T10:00:00Z',
      revenue: 20,
    },
    { phone: sharedPhone, event: 'call', time: '2025-01-08T11:00:00Z' },
  ],
}

export const bob: Batch = {
  'log/bob.ndjson': [
    {
      email: 'bob@x.org',
      phone: sharedPhone,
      event: 'purchase',
      time: '2025-01-09T09:00:00Z',
      revenue: 70,
    },
  ],
}

export const eve: Batch = {
  'log/eve.ndjson': [
    { email: 'eve@x.org', phone: sharedPhone, event: 'visit', time: '2025-01-10T09:00:00Z' },
  ],
}
