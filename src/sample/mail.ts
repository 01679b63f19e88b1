import { day, hour, type Life, type World } from './diary.js'
import type { MailDetail } from './touch.js'

type Mailing = World['mailings'][number]

/** One mailing every two weeks at nine in the morning, the first a year before the exports begin. */
export function planMailings(from: number, until: number): Mailing[] {
  const first = from - 364 * day + 9 * hour
  const count = Math.ceil((until - first) / (14 * day))
  return Array.from({ length: count }, (_, number) => {
    const at = first + number * 14 * day
    const month = months[new Date(at).getUTCMonth()]!
    const half = new Date(at).getUTCDate() <= 15 ? 'news' : 'offers'
    return { at, name: `${month.toLowerCase()}-${half}`, subject: `${month} ${half}` }
  })
}

const months =
  'January February March April May June July August September October November December'.split(' ')

/** Sends a mailing to a subscriber; returns when the person clicked, if so. Those who left hardly open any. */
export function answerMailing(life: Life, mailing: Mailing): number | undefined {
  const { random } = life
  if (!life.subscribed || !random.chance(0.75)) return undefined
  write(life, mailing, 'Received Email', mailing.at)
  const open = life.gone ? 0.06 : life.leaving ? 0.18 : 0.42
  if (!random.chance(open)) {
    leaveList(life, mailing, life.gone ? 0.03 : 0.003)
    return undefined
  }
  const openedAt = Math.floor(mailing.at + random.exponential(5 * hour) + 60000)
  write(life, mailing, 'Opened Email', openedAt)
  if (!random.chance(0.3)) {
    leaveList(life, mailing, life.leaving ? 0.12 : 0.01)
    return undefined
  }
  const clickedAt = openedAt + 5000 + random.integer(60000)
  write(life, mailing, 'Clicked Email', clickedAt)
  return clickedAt + 2000
}

function leaveList(life: Life, mailing: Mailing, probability: number): void {
  if (!life.random.chance(probability)) return
  life.subscribed = false
  const at = Math.floor(mailing.at + life.random.exponential(8 * hour))
  write(life, mailing, 'Unsubscribed from Email Marketing', at)
}

function write(life: Life, mailing: Mailing, metric: MailDetail['metric'], at: number): void {
  const { address } = life.person
  const detail = {
    source: 'klaviyo',
    metric,
    subject: mailing.subject,
    campaign: mailing.name,
    address,
  } as const
  life.diary.write(detail, at, address.link)
}
