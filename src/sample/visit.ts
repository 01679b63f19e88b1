import { agents, laterArrivals, mailArrival, type Product, products } from './catalog.js'
import { day, type Life, minute } from './diary.js'
import { cookieLimit, cookieLink, link } from './links.js'
import { createDevice, type Device, typedEmail, typedPhone } from './people.js'
import type { Visit, WebDetail } from './touch.js'

/** A visit under way: its clock moves on with every event. */
export interface OpenVisit {
  visit: Visit
  signedIn: boolean
  landed: boolean
  clock: number
}

/** Comes to the shop, by a mailing's link when one is named, and sees the landing page. */
export function openVisit(life: Life, at: number, mailing?: string): OpenVisit {
  const { random } = life
  const device = chooseDevice(life)
  const visit = { device, cookie: cookieOf(life, device), ...arrive(life, mailing) }
  const signedIn = life.registered && device.owner === 'person' && random.chance(0.5)
  const open: OpenVisit = { visit, signedIn, landed: false, clock: at }
  const entry = random.weighted(entries)
  say(life, open, 'page', entry.name, entry.path)
  const signsIn = random.chance(device.owner === 'person' ? 0.15 : 0.5)
  if (life.registered && !signedIn && signsIn) identify(life, open, '/account')
  return open
}

const entries = [
  { weight: 4, name: 'Home', path: '/' },
  { weight: 3, name: 'Shoes', path: '/shoes' },
  { weight: 2, name: 'Clothing', path: '/clothing' },
  { weight: 1, name: 'Equipment', path: '/equipment' },
]

/** Looks at some products and returns the last. */
export function browse(life: Life, open: OpenVisit, looks: number): Product {
  let product = life.random.pick(products)
  for (let look = 0; look < looks; look += 1) {
    product = life.random.pick(products)
    const path = `/products/${product.sku}`
    say(life, open, 'page', product.name, path)
    say(life, open, 'track', 'Product Viewed', path, { product })
  }
  return product
}

/** Writes one web or app event; pages of the app are screens. Now and then a copy is sent again. */
export function say(
  life: Life,
  open: OpenVisit,
  type: WebDetail['type'],
  name: string,
  path: string,
  more: Partial<WebDetail> & { links?: number } = {},
): void {
  const { random, diary } = life
  const { links = 0, ...extra } = more
  const { visit, signedIn } = open
  const inApp = visit.device.agent.kind === 'app'
  const detail: WebDetail = {
    source: 'segment',
    type: inApp && type === 'page' ? 'screen' : type,
    name,
    path,
    visit,
    landing: !open.landed,
    signedIn,
    ...extra,
  }
  const own = visit.device.owner === 'person' ? cookieLink(visit.cookie) : 0
  const all = own | (signedIn ? link.userId : 0) | links
  const late = inApp && random.chance(0.03) ? random.exponential(day) : 0
  const ordinal = diary.next('segment')
  const receivedAt = Math.floor(open.clock + 400 + random.between(0, 900) + late)
  diary.write(detail, open.clock, all, { ordinal, receivedAt, resent: false })
  if (random.chance(0.008)) resend(life, detail, open.clock, all, ordinal, receivedAt)
  open.landed = true
  life.activeAt = open.clock
  open.clock = Math.floor(open.clock + 2000 + random.exponential(0.7 * minute))
}

function resend(
  life: Life,
  detail: WebDetail,
  at: number,
  links: number,
  ordinal: number,
  receivedAt: number,
): void {
  const again = Math.floor(receivedAt + life.random.exponential(0.2 * day))
  life.diary.write(detail, at, links, { ordinal, receivedAt: again, resent: true })
}

/** Signs in (or up): from here on events carry the user id. */
export function identify(life: Life, open: OpenVisit, path: string): void {
  open.signedIn = true
  life.registered = true
  say(life, open, 'identify', '', path, typedIdentity(life))
}

/** Leaves an e-mail address without an account, as at a guest checkout or a newsletter form. */
export function leaveAddress(life: Life, open: OpenVisit, path: string): void {
  const { person, random } = life
  const email = typedEmail(random, person.address.text)
  say(life, open, 'identify', '', path, { email, links: person.address.link })
}

function typedIdentity(life: Life): Partial<WebDetail> & { links: number } {
  const { person, random } = life
  const email = typedEmail(random, person.address.text)
  if (random.chance(0.6)) return { email, links: person.address.link }
  const phone = typedPhone(random, person.mobile)
  return { email, phone, links: person.address.link | link.mobile }
}

function arrive(life: Life, mailing: string | undefined): Omit<Visit, 'device' | 'cookie'> {
  const { random } = life
  if (mailing !== undefined) return { arrival: mailArrival, campaign: mailing, paid: undefined }
  const first = life.activeAt === 0
  const arrival = first ? life.firstArrival : random.weighted(laterArrivals)
  const paid = arrival.campaigns ? random.pick(arrival.campaigns) : undefined
  if (first) life.firstCampaign = paid?.name
  return { arrival, campaign: paid?.name, paid }
}

function chooseDevice(life: Life): Device {
  const { person, random, world } = life
  if (life.registered && random.chance(0.01)) {
    const kiosk = random.integer(world.kiosks)
    return createDevice(random, 'kiosk', kiosk, agents[2])
  }
  if (person.sharedDevice && random.chance(0.4)) return person.sharedDevice
  return random.chance(0.65) ? person.devices[0]! : random.pick(person.devices)
}

/** Browser identities are kept back for devices not used yet. */
const devicesAtMost = 3

/** The device's browser identity; cookies are cleared before one visit in 25. */
function cookieOf(life: Life, device: Device): number {
  if (device.owner !== 'person') return 0
  const { current } = life.cookies
  const cookie = current.get(device.key)
  const cleared = life.random.chance(0.04)
  if (cookie !== undefined && (!cleared || life.cookies.next >= cookieLimit - devicesAtMost))
    return cookie
  const fresh = life.cookies.next
  life.cookies.next += 1
  current.set(device.key, fresh)
  return fresh
}
