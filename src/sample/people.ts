import { type Agent, agents, appAgent } from './catalog.js'
import { link } from './links.js'
import { familyDomains, firstNames, lastNames, mailDomains, workDomains } from './names.js'
import { createRandom, type Random } from './random.js'

/** A mailbox. Tools that key people by mailbox (all but the CRM and the shop's login) know `key`, not the person. */
export interface Address {
  text: string
  key: number
  /** The link bit when it belongs to one person, else 0. */
  link: number
}

export interface Device {
  /** Unique within its owner kind; with the cookie number it makes the anonymous id. */
  key: number
  owner: 'person' | 'household' | 'kiosk'
  agent: Agent
  /** Milliseconds by which its clock is wrong. */
  clockError: number
}

export interface Person {
  /** Household times 8 plus member: unique, so all ids derive from it. */
  index: number
  id: string
  firstName: string
  lastName: string
  locale: string
  timezone: string
  /** Where mail goes: the family mailbox when the person uses one. */
  address: Address
  workAddress: Address
  mobile: string
  landline: string | undefined
  devices: readonly Device[]
  sharedDevice: Device | undefined
}

export interface Household {
  index: number
  people: readonly Person[]
  familyMailbox: boolean
  sharedDevice: boolean
}

/** Shares by which households and contacts are made difficult to identify. */
export const shares = {
  sharedDevice: 0.2,
  familyMailbox: 0.12,
  sharedLandline: 0.35,
  placeholderEmail: 0.025,
  placeholderPhone: 0.02,
  supportMailbox: 0.02,
  secondContact: 0.1,
} as const

const sizes = [
  { weight: 30, size: 1 },
  { weight: 34, size: 2 },
  { weight: 17, size: 3 },
  { weight: 14, size: 4 },
  { weight: 5, size: 5 },
]
const places = [
  { weight: 7, locale: 'en-GB', timezone: 'Europe/London' },
  { weight: 2, locale: 'de-DE', timezone: 'Europe/Berlin' },
  { weight: 1, locale: 'fr-FR', timezone: 'Europe/Paris' },
]

/** The people of one address, their devices, mailboxes and phones: a pure function of seed and index. */
export function createHousehold(seed: number, index: number): Household {
  const random = createRandom(seed, 1, index)
  const size = random.weighted(sizes).size
  const lastName = random.pick(lastNames)
  const place = random.weighted(places)
  const together = size > 1
  const mailboxed = together && random.chance(shares.familyMailbox)
  const deviceShared = together && random.chance(shares.sharedDevice)
  const landline = together && random.chance(shares.sharedLandline)
  const mailbox: Address = {
    text: `${lastName.toLowerCase()}.${index}@${random.pick(familyDomains)}`,
    key: index * 16,
    link: 0,
  }
  const common = {
    lastName,
    ...place,
    mailbox: mailboxed ? mailbox : undefined,
    sharedDevice: deviceShared ? createDevice(random, 'household', index) : undefined,
    landline: landline ? `20${digits(70000000 + index, 8)}` : undefined,
  }
  const people = Array.from({ length: size }, (_, member) =>
    createPerson(random, index * 8 + member, common),
  )
  return { index, people, familyMailbox: mailboxed, sharedDevice: deviceShared }
}

interface Common {
  lastName: string
  locale: string
  timezone: string
  mailbox: Address | undefined
  sharedDevice: Device | undefined
  landline: string | undefined
}

function createPerson(random: Random, index: number, common: Common): Person {
  const firstName = random.pick(firstNames)
  const lastName = random.chance(0.85) ? common.lastName : random.pick(lastNames)
  const name = `${firstName}.${lastName}`.toLowerCase()
  const own = {
    text: `${name}${index}@${random.pick(mailDomains)}`,
    key: index * 2 + 1,
    link: link.email,
  }
  const work = {
    text: `${name}${index}@${random.pick(workDomains)}`,
    key: index * 2 + 2 ** 30,
    link: link.workEmail,
  }
  return {
    index,
    id: `p-${index}`,
    firstName,
    lastName,
    locale: common.locale,
    timezone: common.timezone,
    address: common.mailbox ?? own,
    workAddress: work,
    mobile: `7${digits(900000000 + ((index * 48271) % 99999989), 9)}`,
    landline: common.landline,
    devices: createDevices(random, index),
    sharedDevice: common.sharedDevice,
  }
}

/** A phone first, mostly a computer as well, seldom the app. */
function createDevices(random: Random, index: number): Device[] {
  const phone = random.chance(0.6) ? agents[0]! : agents[1]!
  const devices = [createDevice(random, 'person', index * 4, phone)]
  if (random.chance(0.65)) devices.push(createDevice(random, 'person', index * 4 + 1))
  if (random.chance(0.12)) devices.push(createDevice(random, 'person', index * 4 + 2, appAgent))
  return devices
}

const computers = agents.filter((agent) => agent.kind === 'desktop')

export function createDevice(
  random: Random,
  owner: Device['owner'],
  key: number,
  agent: Agent = random.pick(computers),
): Device {
  return { key, owner, agent, clockError: random.chance(0.03) ? -3600000 : 0 }
}

/** A number as people type it: international or national, with or without blanks; the home country is +44. */
export function typedPhone(random: Random, national: string): string {
  const blanks = `${national.slice(0, 4)} ${national.slice(4)}`
  return random.pick([`+44 ${blanks}`, `+44${national}`, `0${national}`, `0${blanks}`])
}

/** An address as people type it: mostly as it is, sometimes with capitals or blanks around it. */
export function typedEmail(random: Random, text: string): string {
  const draw = random.unit()
  if (draw < 0.75) return text
  if (draw < 0.87) return text.replace(/(^|\.)[a-z]/g, (letter) => letter.toUpperCase())
  return draw < 0.94 ? text.toUpperCase() : ` ${text} `
}

const digits = (value: number, length: number): string => String(value).padStart(length, '0')
