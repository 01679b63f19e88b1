import type { Arrival } from './catalog.js'
import { createLinkGroups } from './links.js'
import type { Address, Person } from './people.js'
import type { Random } from './random.js'
import type { Detail, Touch, TouchSource } from './touch.js'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** What all lives share. */
export interface World {
  seed: number
  /** First and past-the-end instant of the exports, in milliseconds since 1970, UTC. */
  from: number
  until: number
  mailings: readonly { at: number; name: string; subject: string }[]
  kiosks: number
}

/** One person's state while the simulation goes through time. */
export interface Life {
  world: World
  person: Person
  random: Random
  diary: Diary
  firstArrival: Arrival
  firstCampaign: string | undefined
  /** Buys without an account: known by e-mail only. */
  guest: boolean
  registered: boolean
  subscribed: boolean
  contactAt: number | undefined
  boughtAt: number | undefined
  activeAt: number
  purchases: number
  /** Losing interest: visits get rare, purchases rarer; `gone` ends the visits. */
  leaving: boolean
  gone: boolean
  /** Mailbox of a second CRM contact, when the person has one. */
  secondAddress: Address | undefined
  secondContact: boolean
  cookies: { current: Map<number, number>; next: number }
  strains: { at: number; amount: number }[]
}

/** How much bad experience weighs on a person now: each one fades with a mean of 60 days. */
export function strainAt(life: Life, at: number): number {
  let strain = 0
  for (const { at: since, amount } of life.strains)
    if (since <= at) strain += amount * Math.exp(-(at - since) / (60 * day))
  return Math.max(0, strain)
}

/** Collects a person's rows within the world's range and knows which records they are. */
export interface Diary {
  /** The number of the person's next record in a source. */
  next(source: TouchSource): number
  write(detail: Detail, at: number, links: number, entry?: Entry): void
  /** All rows, each with the group that its links connect it to. */
  close(): Touch[]
}

export interface Entry {
  /** Given for records that are exported in versions. */
  ordinal?: number
  receivedAt?: number
  /** The row repeats a record that was written just before. */
  resent?: boolean
}

export function createDiary(world: World, person: Person): Diary {
  const counts = new Map<TouchSource, number>()
  const versions = new Set<string>()
  const touches: Touch[] = []
  const groups = createLinkGroups()
  const next = (source: TouchSource): number => {
    const number = counts.get(source) ?? 0
    counts.set(source, number + 1)
    return number
  }
  const isCopy = (source: TouchSource, entry: Entry): boolean => {
    if (entry.resent || entry.ordinal === undefined) return entry.resent ?? false
    const key = `${source} ${entry.ordinal}`
    const seen = versions.has(key)
    versions.add(key)
    return seen
  }
  return {
    next,
    write(detail, at, links, entry = {}) {
      const ordinal = entry.ordinal ?? next(detail.source)
      const receivedAt = entry.receivedAt ?? at + 700
      if (at < world.from || receivedAt >= world.until) return
      groups.add(links)
      const copy = isCopy(detail.source, entry)
      touches.push({ person, at, receivedAt, ordinal, copy, links, group: -1, detail })
    },
    close() {
      for (const touch of touches) touch.group = groups.groupOf(touch.links)
      return touches
    },
  }
}
