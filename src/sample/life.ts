import { askQuestion, followUp } from './care.js'
import { type Arrival, arrivals, products } from './catalog.js'
import { exportContacts } from './contact.js'
import { createDiary, day, hour, type Life, strainAt, type World } from './diary.js'
import { answerMailing } from './mail.js'
import { type Household, type Person, shares } from './people.js'
import { addToCart, buyInStore, checkOut } from './purchase.js'
import { createRandom, type Random } from './random.js'
import type { Touch } from './touch.js'
import { browse, identify, leaveAddress, openVisit } from './visit.js'

/** All rows of a household's people: a pure function of the world and the household. */
export function liveTogether(world: World, household: Household): Touch[] {
  const touches: Touch[] = []
  let buyers = 0
  for (const person of household.people) {
    const random = createRandom(world.seed, 2, person.index)
    const arrival = random.weighted(arrivals)
    const kind = kindOf(random, arrival, buyers > 0)
    if (kind === 'buyer') buyers += 1
    const life = createLife(world, person, random, arrival)
    if (kind === 'buyer') liveAsBuyer(life)
    else if (kind === 'lead') liveAsLead(life)
    else liveAsVisitor(life)
    exportContacts(life)
    for (const touch of life.diary.close()) touches.push(touch)
  }
  return touches
}

type Kind = 'buyer' | 'lead' | 'visitor'

/** Good channels bring more buyers, and so does a buyer in the household. */
function kindOf(random: Random, arrival: Arrival, hasBuyer: boolean): Kind {
  const buyer = 0.33 * arrival.appeal + (hasBuyer ? 0.12 : 0)
  const draw = random.unit()
  if (draw < buyer) return 'buyer'
  return draw < buyer + 0.12 ? 'lead' : 'visitor'
}

function createLife(world: World, person: Person, random: Random, firstArrival: Arrival): Life {
  const secondContact = random.chance(shares.secondContact)
  return {
    world,
    person,
    random,
    diary: createDiary(world, person),
    firstArrival,
    firstCampaign: undefined,
    guest: random.chance(0.15),
    registered: false,
    subscribed: false,
    contactAt: undefined,
    boughtAt: undefined,
    activeAt: 0,
    purchases: 0,
    leaving: false,
    gone: false,
    secondContact,
    secondAddress: secondContact && random.chance(0.7) ? person.workAddress : undefined,
    cookies: { current: new Map(), next: 0 },
    strains: [],
  }
}

/** One or two short visits, never known by name. */
function liveAsVisitor(life: Life): void {
  const { random, world } = life
  let at = clockTime(random, random.between(world.from, world.until))
  for (let left = random.chance(0.35) ? 2 : 1; left > 0; left -= 1) {
    const open = openVisit(life, at)
    const product = browse(life, open, random.integer(3))
    if (random.chance(0.08)) addToCart(life, open, product)
    at = clockTime(random, at + random.exponential(10 * day) + day)
  }
}

/** Signs up for the newsletter, some with an account, and looks now and then, but does not buy. */
function liveAsLead(life: Life): void {
  const { random, world } = life
  const at = clockTime(random, random.between(world.from, world.until))
  const open = openVisit(life, at)
  browse(life, open, 1 + random.integer(2))
  if (random.chance(0.4)) identify(life, open, '/account')
  else leaveAddress(life, open, '/newsletter')
  life.contactAt = open.clock
  subscribe(life)
  let left = 1 + random.integer(4)
  const next = (since: number): number =>
    clockTime(random, since + day + random.exponential(25 * day))
  passTime(life, next(at), (visitAt, mailing) => {
    browse(life, openVisit(life, visitAt, mailing), 1 + random.integer(2))
    left -= 1
    life.gone = left <= 0
    return next(visitAt)
  })
}

/** Visits at an own rhythm, buys again and again, until bad experiences or chance make it lose interest. */
function liveAsBuyer(life: Life): void {
  const { random, world } = life
  const rhythm = aboutDays(random, 22, 0.45)
  const need: Need = { every: aboutDays(random, 34, 0.5), dueAt: 0 }
  const born = clockTime(random, random.between(world.from - 380 * day, world.until))
  passTime(life, born, (at, mailing) => {
    shop(life, Math.max(at, life.activeAt + hour), need, mailing)
    grow(life, at)
    const pause = rhythm * (life.leaving ? 1.8 : 1) * (0.5 + random.exponential(0.5))
    return clockTime(random, at + day + pause)
  })
}

/** Makes a visit and says when the next one is due. */
type Happen = (at: number, mailing?: string) => number

/** Walks through mailings and visits in order of time; the visits end when the person is gone, the mailings do not. */
function passTime(life: Life, firstVisit: number, happen: Happen): void {
  let due = firstVisit
  for (const mailing of life.world.mailings) {
    if (mailing.at < firstVisit) continue
    while (!life.gone && due < mailing.at) due = happen(due)
    const clickedAt = answerMailing(life, mailing)
    if (clickedAt !== undefined && !life.gone) due = happen(clickedAt, mailing.name)
  }
  while (!life.gone && due < life.world.until) due = happen(due)
}

/** Goods run out: after an order the next one is due about `every` milliseconds later. */
interface Need {
  every: number
  dueAt: number
}

/** The probability that a visit is meant to end with an order. */
function eagerness(life: Life, need: Need, at: number, invited: boolean): number {
  if (life.purchases === 0) return 0.5
  if (at < need.dueAt) return invited ? 0.12 : 0.06
  return (life.leaving ? 0.2 : 0.75) * (invited ? 1.15 : 1)
}

/** A duration around a number of days, different from person to person (log-normal, 8 to 90 days). */
const aboutDays = (random: Random, days: number, spread: number): number =>
  Math.max(8, Math.min(90, Math.exp(random.normal(Math.log(days), spread)))) * day

/** One visit of a buyer: browse, perhaps fill the cart, perhaps order; sometimes in the store instead. */
function shop(life: Life, at: number, need: Need, mailing?: string): void {
  const { random } = life
  const buys = random.chance(eagerness(life, need, at, mailing !== undefined))
  if (buys) need.dueAt = at + need.every * (0.6 + random.exponential(0.4))
  if (buys && mailing === undefined && random.chance(0.06)) {
    followUp(life, buyInStore(life, at, random.pick(products)))
    return
  }
  const open = openVisit(life, at, mailing)
  const product = browse(life, open, 1 + random.integer(buys ? 1 : 2))
  if (!buys && random.chance(0.8)) return
  addToCart(life, open, product)
  if (!buys) return
  const order = checkOut(life, open, product)
  if (order === undefined) return
  if (!life.guest && life.purchases === 1 && random.chance(0.85)) subscribe(life)
  followUp(life, order)
  if (random.chance(0.08)) askQuestion(life, at + random.between(0.1, 5) * day)
}

/** Joins the mailing list; a family's mailbox is on it once, for its first member. */
function subscribe(life: Life): void {
  const { address, index } = life.person
  life.subscribed = address.link !== 0 || index % 8 === 0
}

/** The hazard of losing interest at a visit: small, multiplied by strain, less for loyal customers. */
function grow(life: Life, at: number): void {
  const { random } = life
  if (life.leaving) {
    life.gone = random.chance(0.5)
    return
  }
  const strain = strainAt(life, at)
  const hazard = 0.045 * Math.exp(1.6 * strain) * (life.purchases > 5 ? 0.6 : 1)
  life.leaving = random.chance(Math.min(0.9, hazard))
  if (strain > 1.2 && random.chance(0.25)) life.gone = true
}

/** The same day at an hour at which people shop: few at night, most in the evening. */
function clockTime(random: Random, at: number): number {
  const midnight = Math.floor(at / day) * day
  const evening = random.chance(0.55)
  const oclock = evening ? random.normal(19.5, 1.8) : random.normal(12, 2.5)
  return Math.floor(midnight + Math.max(0.1, Math.min(22.9, oclock)) * hour)
}
