import type { Product } from './catalog.js'
import { day, type Life } from './diary.js'
import { link } from './links.js'
import { type Person, typedPhone } from './people.js'
import { scrambled } from './random.js'
import type { Order } from './touch.js'
import { identify, leaveAddress, type OpenVisit, say } from './visit.js'

const shipping = 490

/** Puts a product in the cart. */
export function addToCart(life: Life, open: OpenVisit, product: Product): void {
  say(life, open, 'track', 'Product Added', `/products/${product.sku}`, { product })
  say(life, open, 'page', 'Cart', '/cart')
}

/** Goes to the checkout and, unless the payment fails twice, orders; a failed payment is remembered. */
export function checkOut(life: Life, open: OpenVisit, product: Product): Order | undefined {
  const { random } = life
  say(life, open, 'page', 'Checkout', '/checkout')
  say(life, open, 'track', 'Checkout Started', '/checkout', { product })
  if (life.guest) leaveAddress(life, open, '/checkout')
  else if (!open.signedIn) identify(life, open, '/checkout')
  if (random.chance(open.visit.device.agent.kind === 'mobile' ? 0.07 : 0.03)) {
    say(life, open, 'track', 'Payment Failed', '/checkout', { product })
    life.strains.push({ at: open.clock, amount: 0.4 })
    if (random.chance(0.4)) return undefined
  }
  const order = placeOrder(life, open, product)
  if (random.chance(0.95))
    say(life, open, 'track', 'Order Completed', '/order/confirmed', { product, order })
  say(life, open, 'page', 'Order Confirmed', '/order/confirmed')
  return order
}

function placeOrder(life: Life, open: OpenVisit, product: Product): Order {
  const { person, random, secondAddress } = life
  const quantity = random.chance(0.8) ? 1 : 2 + random.integer(2)
  const useSecond = secondAddress !== undefined && random.chance(0.25)
  const number = life.diary.next('shopify')
  const order: Order = {
    id: orderId(person, number),
    number,
    product,
    quantity,
    subtotal: product.price * quantity,
    total: product.price * quantity + shipping,
    placedAt: open.clock,
    address: useSecond ? secondAddress : person.address,
    phone: random.chance(0.3) ? typedPhone(random, person.mobile) : undefined,
    arrival: open.visit.arrival,
    campaign: open.visit.campaign,
    userAgent: open.visit.device.agent.userAgent,
    inStore: false,
  }
  exportOrder(life, order)
  return order
}

/** Buys at the counter: no visit, and an address only when the loyalty card is shown. */
export function buyInStore(life: Life, at: number, product: Product): Order {
  const { person, random } = life
  const number = life.diary.next('shopify')
  const order: Order = {
    id: orderId(person, number),
    number,
    product,
    quantity: 1,
    subtotal: product.price,
    total: product.price,
    placedAt: at,
    address: random.chance(0.7) ? person.address : undefined,
    phone: undefined,
    arrival: life.firstArrival,
    campaign: undefined,
    userAgent: '',
    inStore: true,
  }
  exportOrder(life, order)
  life.activeAt = at
  return order
}

/** At most 64 orders a person keep their own numbers. */
const orderId = (person: Person, number: number): number =>
  5_000_000_000_000 + scrambled(person.index * 64 + (number % 64))

function exportOrder(life: Life, order: Order): void {
  life.purchases += 1
  life.boughtAt ??= order.placedAt
  life.contactAt ??= life.guest ? undefined : order.placedAt
  const detail = { source: 'shopify', order, state: 'paid' } as const
  life.diary.write(detail, order.placedAt, orderLinks(order), { ordinal: order.number })
}

/** Exports the order again after a refund or a cancellation. */
export function changeOrder(
  life: Life,
  order: Order,
  at: number,
  state: 'refunded' | 'cancelled',
): void {
  const detail = { source: 'shopify', order, state } as const
  life.diary.write(detail, Math.floor(at), orderLinks(order), { ordinal: order.number })
}

const orderLinks = (order: Order): number =>
  (order.address?.link ?? 0) | (order.phone === undefined ? 0 : link.mobile)

/** The days between an order and its delivery. */
export const deliveryTime = (life: Life): number => life.random.between(2, 6) * day
