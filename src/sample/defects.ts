/** Something wrong in the exports, on purpose: where, and what a correct load makes of it. */
export interface Defect {
  kind:
    | 'malformed_line'
    | 'impossible_date'
    | 'test_order'
    | 'same_object_twice'
    | 'empty_object'
    | 'folder_marker'
  /** Below the raw prefix. */
  key: string
  rows: number
  expected: 'rejected' | 'ignored' | 'duplicate' | 'no rows'
}

/** The days (`YYYY-MM-DD`) whose objects get a defect, spread over the range. */
export interface DefectDays {
  malformed: string
  impossible: string
  repeated: string
  testOrder: string
}

/** Spreads the defects over the days of the range. */
export function planDefects(dates: readonly string[]): DefectDays {
  const at = (share: number): string => dates[Math.floor(dates.length * share)]!
  return {
    malformed: at(0.3),
    impossible: at(0.4),
    repeated: at(0.5),
    testOrder: at(0.6),
  }
}

export const strangerRecordId = 'ajs-next-impossible-date'
export const testOrderId = 4_999_999_999_999

/** A page view of a visitor of its own on the 31st of February. */
export function impossibleDateLine(year: string): string {
  const moment = `${year}-02-31T10:00:00.000Z`
  const page = { path: '/', referrer: '', search: '', title: 'Home', url: 'https://shop.example/' }
  return JSON.stringify({
    type: 'page',
    messageId: strangerRecordId,
    anonymousId: '00000000-0000-4000-a000-000000000031',
    userId: null,
    name: 'Home',
    category: null,
    properties: page,
    context: {
      library: { name: 'analytics.js', version: '2.1.0' },
      page,
      userAgent: 'Mozilla/5.0',
    },
    integrations: {},
    originalTimestamp: moment,
    sentAt: moment,
    receivedAt: moment,
    timestamp: moment,
    version: 2,
  })
}

/** A line that was cut while it was written. */
export const malformedLine = (line: string): string => line.slice(0, Math.floor(line.length * 0.6))

/** An order of the shop's own staff, made from a real one's line; it belongs in no figure. */
export function testOrderLine(line: string): string {
  const order: Record<string, unknown> = JSON.parse(line)
  return JSON.stringify({
    ...order,
    id: testOrderId,
    admin_graphql_api_id: `gid://shopify/Order/${testOrderId}`,
    name: '#9999999',
    email: 'staff@shop.example',
    phone: null,
    customer: { id: 6_999_999_999_999, email: 'staff@shop.example' },
    cart_token: 'test',
    checkout_token: 'test',
    test: true,
  })
}
