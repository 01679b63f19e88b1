import { day, type World } from './diary.js'
import { liveTogether } from './life.js'
import { createHousehold, type Household } from './people.js'
import type { Touch, TouchSource } from './touch.js'

/** How often each identification difficulty occurs, counted as the people were made. */
export interface Census {
  households: number
  severalMembers: number
  sharedDevice: number
  familyMailbox: number
  people: number
  /** People of whom no record carries an identifier that they ever gave. */
  anonymous: number
  contactOwners: number
  twoContacts: number
}

/** A stretch of time whose rows are made together. */
export interface Window {
  from: number
  until: number
  /** Its days, `YYYY-MM-DD`. */
  dates: readonly string[]
}

/** Enough households for the size asked, and the windows in which each one has rows. */
export interface Population {
  households: number
  activeIn(household: number, window: number): boolean
  census: Census
}

/** Adds households one by one until their distinct records reach the size; memory is four bytes a household. */
export function populate(
  world: World,
  windows: readonly Window[],
  touchpoints: number,
): Population {
  const census = emptyCensus()
  let active = new Uint32Array(1024)
  let households = 0
  for (let records = 0; records < touchpoints; households += 1) {
    const household = createHousehold(world.seed, households)
    const touches = liveTogether(world, household)
    if (households === active.length) active = grown(active)
    for (const touch of touches) {
      active[households]! |= 1 << windows.findIndex((window) => touch.receivedAt < window.until)
      if (!touch.copy) records += 1
    }
    if (touches.length > 0) count(census, household, touches)
  }
  return {
    households,
    activeIn: (household, window) => (active[household]! & (1 << window)) !== 0,
    census,
  }
}

/**
 * Runs of whole calendar months, the first and last cut to the range; a run has as many months as are expected
 * to stay below the rows that may be in memory at once, and at least one.
 */
export function windowsOf(from: number, until: number, touchpoints: number): Window[] {
  const months = Math.max(
    1,
    Math.floor((rowsInMemory / touchpoints) * ((until - from) / (31 * day))),
  )
  const windows: Window[] = []
  for (let start = from; start < until; ) {
    const date = new Date(start)
    const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)
    const end = Math.min(next, until)
    windows.push({ from: start, until: end, dates: daysOf(start, end) })
    start = end
  }
  return windows
}

const rowsInMemory = 600_000

/** All days from one instant to another as `YYYY-MM-DD`. */
export const daysOf = (from: number, until: number): string[] =>
  Array.from({ length: Math.round((until - from) / day) }, (_, at) =>
    new Date(from + at * day).toISOString().slice(0, 10),
  )

function count(census: Census, household: Household, touches: readonly Touch[]): void {
  census.households += 1
  if (household.people.length > 1) census.severalMembers += 1
  if (household.sharedDevice) census.sharedDevice += 1
  if (household.familyMailbox) census.familyMailbox += 1
  const people = new Set<number>()
  const named = new Set<number>()
  const contacts = new Map<number, number>()
  for (const { person, detail } of touches) {
    people.add(person.index)
    if (isNamed(detail.source) || ('email' in detail && detail.email)) named.add(person.index)
    if (detail.source === 'hubspot')
      contacts.set(person.index, (contacts.get(person.index) ?? 0) + 1)
  }
  census.people += people.size
  census.anonymous += people.size - named.size
  census.contactOwners += contacts.size
  for (const owned of contacts.values()) if (owned > 1) census.twoContacts += 1
}

const isNamed = (source: TouchSource): boolean => source !== 'segment'

const emptyCensus = (): Census => ({
  households: 0,
  severalMembers: 0,
  sharedDevice: 0,
  familyMailbox: 0,
  people: 0,
  anonymous: 0,
  contactOwners: 0,
  twoContacts: 0,
})

function grown(values: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(values.length * 2)
  larger.set(values)
  return larger
}
