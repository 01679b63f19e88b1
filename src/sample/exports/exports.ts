import type { Detail, Touch, TouchSource } from '../touch.js'
import { delightedLine, responseId } from './delighted.js'
import { contactId, hubspotHeader, hubspotLine } from './hubspot.js'
import { klaviyoLine, mailEventId } from './klaviyo.js'
import { messageId, segmentLine } from './segment.js'
import { orderRecordId, shopifyLine } from './shopify.js'
import { ticketRecordId, zendeskLine } from './zendesk.js'

/** How a source exports its rows: under which key, with which header, as which line, with which id. */
export interface Export {
  /** The object of a row that was received on a day (`YYYY-MM-DD`). */
  keyOf(date: string): string
  header?: string
  lineOf(seed: number, touch: Touch): string
  recordIdOf(seed: number, touch: Touch): string
}

const monthOf = (date: string): string => date.slice(0, 7)

export const exports: Record<TouchSource, Export> = {
  segment: {
    keyOf: (date) => `segment/${date}.ndjson.gz`,
    lineOf: (seed, touch) => segmentLine(seed, as('segment', touch)),
    recordIdOf: messageId,
  },
  klaviyo: {
    keyOf: (date) => `klaviyo/events-${monthOf(date)}.ndjson.gz`,
    lineOf: (seed, touch) => klaviyoLine(seed, as('klaviyo', touch)),
    recordIdOf: mailEventId,
  },
  hubspot: {
    keyOf: (date) => `hubspot/contacts-${date}.csv`,
    header: hubspotHeader,
    lineOf: (_seed, touch) => hubspotLine(as('hubspot', touch)),
    recordIdOf: (_seed, touch) => contactId(touch),
  },
  zendesk: {
    keyOf: (date) => `zendesk/tickets-${monthOf(date)}.ndjson`,
    lineOf: (_seed, touch) => zendeskLine(as('zendesk', touch)),
    recordIdOf: (_seed, touch) => ticketRecordId(as('zendesk', touch)),
  },
  shopify: {
    keyOf: (date) => `shopify/orders-${monthOf(date)}.ndjson`,
    lineOf: (seed, touch) => shopifyLine(seed, as('shopify', touch)),
    recordIdOf: (_seed, touch) => orderRecordId(as('shopify', touch)),
  },
  delighted: {
    keyOf: (date) => `delighted/responses-${monthOf(date)}.ndjson`,
    lineOf: (seed, touch) => delightedLine(seed, as('delighted', touch)),
    recordIdOf: (_seed, touch) => responseId(as('delighted', touch)),
  },
}

/** Narrows a row to its source; the caller has looked its export up by that source. */
const as = <S extends TouchSource>(
  _source: S,
  touch: Touch,
): Touch<Extract<Detail, { source: S }>> => touch as Touch<Extract<Detail, { source: S }>>
