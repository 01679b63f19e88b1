import { hexOf, scrambled } from '../random.js'
import type { Order, OrderDetail, Touch } from '../touch.js'
import { utmSearch } from './segment.js'
import { isoSecond } from './time.js'

export const orderRecordId = ({ detail }: Touch<OrderDetail>): string => String(detail.order.id)

/** One line of a Shopify order export; the changed state comes with a later `updated_at`. */
export function shopifyLine(seed: number, touch: Touch<OrderDetail>): string {
  const { detail, at, person } = touch
  const { order, state } = detail
  const { id } = order
  const paidState = state === 'paid' ? 'paid' : 'refunded'
  return JSON.stringify({
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    name: `#${id % 10000000}`,
    created_at: shopTime(order.placedAt + 2000),
    processed_at: shopTime(order.placedAt),
    updated_at: shopTime(at + 2000),
    cancelled_at: state === 'cancelled' ? shopTime(at) : null,
    currency: 'GBP',
    presentment_currency: 'GBP',
    total_price: pounds(order.total),
    subtotal_price: pounds(order.subtotal),
    total_discounts: '0.00',
    financial_status: paidState,
    fulfillment_status: order.inStore || state === 'refunded' ? 'fulfilled' : null,
    email: order.address?.text ?? null,
    phone: order.phone ?? null,
    customer: customer(order),
    browser_ip: order.inStore ? null : `203.0.113.${(person.index >> 3) % 254}`,
    ...visitFields(seed, order, id),
    source_name: order.inStore ? 'pos' : 'web',
    test: false,
    tags: '',
    line_items: [lineItem(order, id)],
    refunds: state === 'paid' ? [] : [refund(order, id, at)],
  })
}

const customer = ({ address }: Order): object | null =>
  address ? { id: customerId(address.key), email: address.text } : null

/** The shop's customer is the mailbox: the same for two people who share one. */
const customerId = (mailbox: number): number => 6_000_000_000_000 + scrambled(mailbox)

function visitFields(seed: number, order: Order, id: number): object {
  const utm = order.inStore ? '' : utmSearch(order)
  const token = (kind: number): string | null =>
    order.inStore ? null : hexOf(seed, kind, id % 2 ** 31, Math.floor(id / 2 ** 31))
  return {
    client_details: { user_agent: order.userAgent || null, session_hash: null },
    cart_token: token(10),
    checkout_token: token(11),
    landing_site: order.inStore ? null : utm === '' ? '/' : `/?${utm}`,
    referring_site: order.inStore ? null : order.arrival.referrer,
  }
}

const lineItem = ({ product, quantity }: Order, id: number): object => ({
  id: id + 1,
  product_id: 11,
  variant_id: 111,
  sku: product.sku,
  quantity,
  price: pounds(product.price),
})

const refund = (order: Order, id: number, at: number): object => ({
  id: id + 2,
  order_id: id,
  created_at: shopTime(at),
  note: null,
  transactions: [
    { id: id + 3, kind: 'refund', status: 'success', amount: pounds(order.total), currency: 'GBP' },
  ],
})

const pounds = (pence: number): string => (pence / 100).toFixed(2)
const shopTime = (at: number): string => `${isoSecond(at)}+00:00`
