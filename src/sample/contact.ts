import { placeholderEmails, placeholderPhones, supportMailbox } from './catalog.js'
import type { Life } from './diary.js'
import { link } from './links.js'
import { type Person, shares, typedEmail, typedPhone } from './people.js'
import type { Random } from './random.js'
import type { ContactDetail } from './touch.js'

/** Exports the person's CRM contacts as they stand on the last day: one, or two under different addresses. */
export function exportContacts(life: Life): void {
  if (life.contactAt === undefined || life.contactAt >= life.world.until) return
  const email = emailField(life.random, life.person)
  const phone = phoneField(life.random, life.person)
  write(life, link.contactOne, email, phone, life.contactAt)
  if (life.secondContact) writeSecond(life, life.contactAt)
}

function writeSecond(life: Life, since: number): void {
  const { random, person, world } = life
  const address = life.secondAddress
  const email = address
    ? { text: typedEmail(random, address.text), links: address.link }
    : { text: '', links: 0 }
  const phone = random.chance(0.75)
    ? { text: typedPhone(random, person.mobile), links: link.mobile }
    : { text: '', links: 0 }
  write(life, link.contactTwo, email, phone, Math.floor(random.between(since, world.until)))
}

interface Field {
  text: string
  links: number
}

function write(life: Life, contact: number, email: Field, phone: Field, createdAt: number): void {
  const detail: ContactDetail = {
    source: 'hubspot',
    number: life.diary.next('hubspot'),
    email: email.text,
    phone: phone.text,
    stage: life.boughtAt !== undefined ? 'Customer' : life.registered ? 'Lead' : 'Subscriber',
    arrival: life.firstArrival,
    campaign: life.firstCampaign,
    createdAt,
    boughtAt: life.boughtAt,
    activeAt: life.activeAt,
    company: contact === link.contactTwo && email.text !== '' ? companyOf(life.person) : '',
  }
  const links = contact | email.links | phone.links
  life.diary.write(detail, life.world.until - 1000, links, { ordinal: detail.number })
}

const companyOf = (person: Person): string =>
  person.workAddress.text.split('@')[1]!.replace('.example', '').replace('-', ' ')

/** Mostly the real address; at times what a form or an agent typed instead of it. */
function emailField(random: Random, person: Person): Field {
  const draw = random.unit()
  if (draw < shares.placeholderEmail) return { text: random.pick(placeholderEmails), links: 0 }
  if (draw < shares.placeholderEmail + shares.supportMailbox)
    return { text: supportMailbox, links: 0 }
  return { text: typedEmail(random, person.address.text), links: person.address.link }
}

function phoneField(random: Random, person: Person): Field {
  const draw = random.unit()
  if (draw < shares.placeholderPhone) return { text: random.pick(placeholderPhones), links: 0 }
  if (draw < 0.3) return { text: '', links: 0 }
  if (person.landline !== undefined && draw < 0.6)
    return { text: typedPhone(random, person.landline), links: 0 }
  return { text: typedPhone(random, person.mobile), links: link.mobile }
}
