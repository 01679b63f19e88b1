import { hexOf, mix, uuidOf } from '../random.js'
import type { Touch, Visit, WebDetail } from '../touch.js'
import { isoTime } from './time.js'

const site = 'https://shop.example'
const owners = { person: 1, household: 2, kiosk: 3 } as const

/** The message id, the same for a copy that was sent again. */
export const messageId = (seed: number, touch: Touch): string =>
  `ajs-next-${hexOf(seed, 3, touch.person.index, touch.ordinal)}`

/** One line of a Segment archive: page, screen, track or identify. */
export function segmentLine(seed: number, touch: Touch<WebDetail>): string {
  const { detail } = touch
  return JSON.stringify({
    type: detail.type,
    ...(detail.type === 'track' ? { event: detail.name } : {}),
    messageId: messageId(seed, touch),
    anonymousId: anonymousId(seed, detail.visit),
    userId: detail.signedIn ? userId(seed, touch) : null,
    ...body(seed, touch),
    context: context(seed, touch),
    integrations: {},
    ...times(touch),
    version: 2,
  })
}

const userId = (seed: number, touch: Touch): string =>
  `u-${hexOf(seed, 5, touch.person.index).slice(0, 16)}`

const anonymousId = (seed: number, { device, cookie }: Visit): string =>
  uuidOf(seed, owners[device.owner], device.key, cookie)

function body(seed: number, touch: Touch<WebDetail>): object {
  const { detail, person } = touch
  if (detail.type === 'page')
    return { name: detail.name, category: null, properties: page(seed, touch) }
  if (detail.type === 'screen') return { name: detail.name, properties: {} }
  if (detail.type === 'track') return { properties: trackProperties(detail) }
  const phone = detail.phone === undefined ? {} : { phone: detail.phone }
  const plan = person.index % 5 === 0 ? 'plus' : 'free'
  return { traits: { email: detail.email, ...phone, ...(detail.signedIn ? { plan } : {}) } }
}

function trackProperties({ product, order }: WebDetail): object {
  if (!product) return {}
  const price = product.price / 100
  if (!order)
    return {
      product_id: product.sku,
      name: product.name,
      category: product.category,
      price,
      currency: 'GBP',
    }
  return {
    order_id: String(order.id),
    total: order.total / 100,
    revenue: order.subtotal / 100,
    currency: 'GBP',
    products: [{ product_id: product.sku, price, quantity: order.quantity }],
  }
}

function context(seed: number, touch: Touch<WebDetail>): object {
  const { detail, person } = touch
  const { visit } = detail
  const common = { ip: `203.0.113.${(person.index >> 3) % 254}`, locale: person.locale }
  if (visit.device.agent.kind === 'app') return appContext(seed, touch, common)
  return {
    ...(detail.landing && visit.arrival.source !== undefined ? { campaign: campaign(visit) } : {}),
    ...common,
    library: { name: 'analytics.js', version: '2.1.0' },
    page: page(seed, touch),
    timezone: person.timezone,
    userAgent: visit.device.agent.userAgent,
  }
}

function appContext(seed: number, touch: Touch<WebDetail>, common: object): object {
  const { visit } = touch.detail
  return {
    app: { name: 'Trail Shop', version: '3.2' },
    device: {
      id: uuidOf(seed, 9, visit.device.key, visit.cookie),
      manufacturer: 'Apple',
      type: 'ios',
    },
    ...common,
    library: { name: 'analytics-ios', version: '4.1.6' },
    os: { name: 'iOS', version: '17.4' },
    timezone: touch.person.timezone,
    userAgent: visit.device.agent.userAgent,
  }
}

const campaign = ({ arrival, campaign, paid }: Visit): object => ({
  name: campaign,
  source: arrival.source,
  medium: arrival.medium,
  ...(paid ? { term: paid.name.toLowerCase(), content: `ad-${paid.id.slice(-1)}` } : {}),
})

function page(seed: number, touch: Touch<WebDetail>): object {
  const { detail } = touch
  const search = detail.landing
    ? landingSearch(seed, touch.person.index, touch.ordinal, detail.visit)
    : ''
  return {
    path: detail.path,
    referrer: detail.landing ? detail.visit.arrival.referrer : `${site}/`,
    search,
    title: detail.type === 'page' ? detail.name : 'Trail Shop',
    url: `${site}${detail.path}${search}`,
  }
}

function landingSearch(seed: number, person: number, ordinal: number, visit: Visit): string {
  const { clickId } = visit.arrival
  const click = clickId ? `&${clickId}=${hexOf(seed, 6, person, ordinal).slice(0, 20)}` : ''
  const utm = utmSearch(visit)
  return utm === '' ? '' : `?${utm}${click}`
}

/** The utm parameters of a visit's link, or nothing. */
export function utmSearch({ arrival, campaign }: Pick<Visit, 'arrival' | 'campaign'>): string {
  if (arrival.source === undefined) return ''
  const name = encodeURIComponent(campaign ?? '')
  return `utm_source=${arrival.source}&utm_medium=${arrival.medium}&utm_campaign=${name}`
}

/** The four instants of a message; a wrong device clock shows in two of them, and `timestamp` is corrected. */
function times({ at, receivedAt, person, ordinal, detail }: Touch<WebDetail>): object {
  const { clockError } = detail.visit.device
  const transit = 40 + (mix(person.index, ordinal) % 300)
  return {
    originalTimestamp: isoTime(at + clockError),
    sentAt: isoTime(receivedAt - transit + clockError),
    receivedAt: isoTime(receivedAt),
    timestamp: isoTime(at + transit),
  }
}
