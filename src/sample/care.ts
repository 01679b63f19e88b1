import { deliveryTopic, faultyTopic, questionTopics, type TicketTopic } from './catalog.js'
import { day, hour, type Life, strainAt } from './diary.js'
import { link } from './links.js'
import { changeOrder, deliveryTime } from './purchase.js'
import type { Order, SurveyDetail, TicketDetail } from './touch.js'

/** What follows an order: delivery or its failure, returns, tickets, a survey. Bad ends leave strain behind. */
export function followUp(life: Life, order: Order): void {
  const { random } = life
  if (!order.inStore && random.chance(0.03)) {
    changeOrder(life, order, order.placedAt + random.between(1, 20) * hour, 'cancelled')
    return
  }
  const dueAt = order.inStore ? order.placedAt : order.placedAt + deliveryTime(life)
  if (!order.inStore && random.chance(lateShare(order.placedAt))) failDelivery(life, order, dueAt)
  else if (random.chance(0.06)) returnFaulty(life, order, dueAt)
  if (random.chance(0.25)) answerSurvey(life, dueAt + random.between(4, 9) * day)
}

/** Deliveries fail more often in December. */
const lateShare = (at: number): number => (new Date(at).getUTCMonth() === 11 ? 0.24 : 0.14)

function failDelivery(life: Life, order: Order, dueAt: number): void {
  const { random } = life
  life.strains.push({ at: dueAt, amount: 0.8 })
  if (random.chance(0.8)) writeTicket(life, dueAt + random.between(0.5, 3) * day, deliveryTopic)
  if (random.chance(0.35)) changeOrder(life, order, dueAt + random.between(3, 12) * day, 'refunded')
}

function returnFaulty(life: Life, order: Order, dueAt: number): void {
  const { random } = life
  const at = dueAt + random.between(1, 14) * day
  life.strains.push({ at, amount: 0.4 })
  if (random.chance(0.6)) writeTicket(life, at, faultyTopic)
  changeOrder(life, order, at + random.between(2, 7) * day, 'refunded')
}

/** A question that is nobody's fault. */
export const askQuestion = (life: Life, at: number): void =>
  writeTicket(life, at, life.random.weighted(questionTopics))

/** A ticket, exported when opened (mostly) and again when solved; slow or bad answers leave strain. */
function writeTicket(life: Life, at: number, topic: TicketTopic): void {
  const { random, diary, person } = life
  const createdAt = Math.floor(at)
  const wait = random.exponential(1.6 * day)
  const solvedAt = Math.floor(createdAt + 2 * hour + wait)
  const slow = wait > 3 * day
  const bad = random.chance(topic.badShare + (slow ? 0.35 : 0))
  const answered = random.chance(0.4)
  const ticket: Omit<TicketDetail, 'status' | 'rating' | 'comment'> = {
    source: 'zendesk',
    number: diary.next('zendesk'),
    topic,
    channel: random.weighted(ticketChannels).channel,
    address: person.address,
    createdAt,
  }
  const links = ticketLinks(ticket)
  const entry = { ordinal: ticket.number }
  if (random.chance(0.7))
    diary.write(
      { ...ticket, status: 'open', rating: undefined, comment: undefined },
      createdAt,
      links,
      entry,
    )
  const rating = answered ? (bad ? 'bad' : 'good') : 'offered'
  const comment = answered && random.chance(0.6) ? random.pick(comments[rating]) : undefined
  diary.write({ ...ticket, status: 'solved', rating, comment }, solvedAt, links, entry)
  life.strains.push({ at: solvedAt, amount: bad ? 1.1 : -0.3 })
}

const ticketChannels = [
  { weight: 7, channel: 'email' },
  { weight: 2, channel: 'web' },
  { weight: 1, channel: 'chat' },
] as const
const comments = {
  good: ['Quick and friendly', 'Solved at once, thank you', 'Great help'],
  bad: ['Too slow', 'Nobody answered my question', 'Still not solved'],
  offered: [''],
}

/** Every ticket names the requester, an id of the mailbox; only those sent by e-mail show the address. */
function ticketLinks(ticket: Pick<TicketDetail, 'address' | 'channel'>): number {
  if (ticket.address.link === 0) return 0
  return link.requester | (ticket.channel === 'email' ? ticket.address.link : 0)
}

/** A recommendation score that falls with strain; half of the answers get a comment a little later. */
function answerSurvey(life: Life, at: number): void {
  const { random, diary, person } = life
  const createdAt = Math.floor(at)
  const mood = 9 - 3.2 * strainAt(life, createdAt) + random.normal(0, 1.3)
  const score = Math.max(0, Math.min(10, Math.round(mood)))
  const answer: SurveyDetail = {
    source: 'delighted',
    number: diary.next('delighted'),
    address: person.address,
    score,
    comment: undefined,
    createdAt,
    updated: false,
  }
  const entry = { ordinal: answer.number }
  diary.write(answer, createdAt, person.address.link, entry)
  if (!random.chance(0.5)) return
  const comment = random.pick(score >= 9 ? praise : score >= 7 ? mixed : complaint)
  const updatedAt = Math.floor(createdAt + random.exponential(4 * hour))
  diary.write({ ...answer, comment, updated: true }, updatedAt, person.address.link, entry)
}

const praise = ['Love it', 'Fast delivery and great shoes', 'My friends order here as well']
const mixed = ['Good, but a little expensive', 'Fine']
const complaint = ['Delivery was late twice.', 'Support did not help me', 'Not as described']
