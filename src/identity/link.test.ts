import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Linked, linkSets } from './link.js'
import type { LinkInput } from './link-input.js'
import type { TypeRule } from './rules.js'

const person: TypeRule = {
  kind: 'person',
  mostPerCustomer: 1,
  tellsApart: true,
  yieldsToName: false,
}
const contact: TypeRule = {
  kind: 'contact',
  mostPerCustomer: 2,
  tellsApart: true,
  yieldsToName: true,
}
const device: TypeRule = {
  kind: 'device',
  mostPerCustomer: undefined,
  tellsApart: false,
  yieldsToName: true,
}
const rules = [person, contact, device]
const valuesPerType = 5

/** A set as a list of (type, value); a set holds one person value at most. */
const setArbitrary = fc.record({
  person: fc.option(fc.nat(valuesPerType - 1), { nil: undefined, freq: 2 }),
  contacts: fc.uniqueArray(fc.nat(valuesPerType - 1), { maxLength: 2 }),
  devices: fc.uniqueArray(fc.nat(valuesPerType - 1), { maxLength: 2 }),
  name: fc.option(fc.nat(5), { nil: undefined, freq: 3 }),
})
type TestSet = typeof setArbitrary extends fc.Arbitrary<infer T> ? T : never

const identifiersOf = (set: TestSet): number[] => [
  ...(set.person === undefined ? [] : [set.person]),
  ...set.contacts.map((value) => valuesPerType + value),
  ...set.devices.map((value) => 2 * valuesPerType + value),
]

function inputOf(sets: readonly TestSet[], order?: readonly number[], limited = true): LinkInput {
  const links = sets.flatMap((set, key) =>
    identifiersOf(set).map((identifier) => [key, identifier]),
  )
  const rows = order ? order.map((at) => links[at]!) : links
  const named = sets.flatMap((set, key) => (set.name === undefined ? [] : [[key, set.name]]))
  const unlimited = { ...device, mostPerCustomer: undefined, tellsApart: false }
  return {
    sets: sets.length,
    setOf: Int32Array.from(rows, ([set]) => set!),
    identifierOf: Int32Array.from(rows, ([, identifier]) => identifier!),
    typeOf: Int32Array.from({ length: 3 * valuesPerType }, (_, key) =>
      Math.floor(key / valuesPerType),
    ),
    guarded: new Uint8Array(3 * valuesPerType),
    rules: limited ? rules : rules.map(({ kind }) => ({ ...unlimited, kind })),
    traits: {
      setOf: Int32Array.from(named, ([set]) => set!),
      traitOf: Int32Array.from(named, ([, name]) => name!),
      initialOf: Int32Array.from([0, 0, 1, 1, 2, 2]),
      isFullName: Uint8Array.from([1, 1, 1, 0, 1, 0]),
    },
    names: { conflicts: limited, agreement: limited },
  }
}

/** Connected components by repeated minimum, slow and plain. */
function components(sets: number, links: readonly (readonly [number, number])[]): number[] {
  const label = Array.from({ length: sets }, (_, set) => set)
  for (let changed = true; changed; ) {
    changed = false
    const least = new Map<number, number>()
    for (const [set, identifier] of links)
      least.set(identifier, Math.min(least.get(identifier) ?? sets, label[set]!))
    for (const [set, identifier] of links) {
      const smallest = Math.min(label[set]!, least.get(identifier)!)
      changed ||= smallest !== label[set]
      label[set] = smallest
    }
  }
  return label
}

const linksOf = (sets: readonly TestSet[]) =>
  sets.flatMap((set, key) => identifiersOf(set).map((identifier) => [key, identifier] as const))

/**
 * Links that the result accepts: through identifiers that are not shared, or agreed in spite of it. A shared identifier
 * stands for as many as it has customers.
 */
function acceptedLinks(sets: readonly TestSet[], { component, conflicts, agreed }: Linked) {
  const shared = new Set(conflicts.map(({ identifier }) => identifier))
  return [
    ...linksOf(sets).filter(([, identifier]) => !shared.has(identifier)),
    ...agreed.map(
      ({ set, identifier }) => [set, 1000 * (1 + identifier) + component[set]!] as const,
    ),
  ]
}

const worlds = fc.array(setArbitrary, { minLength: 1, maxLength: 40 })

test('without limits customers are the connected components', () => {
  fc.assert(
    fc.property(worlds, (sets) => {
      const { component, conflicts } = linkSets(inputOf(sets, undefined, false))
      expect([...component]).toEqual(components(sets.length, linksOf(sets)))
      expect(conflicts).toEqual([])
    }),
  )
})

test('the order of rows changes nothing', () => {
  const shuffled = worlds.chain((sets) => {
    const links = linksOf(sets).length
    const places = Array.from({ length: links }, (_, at) => at)
    const order = fc.shuffledSubarray(places, { minLength: links, maxLength: links })
    return fc.tuple(fc.constant(sets), order)
  })
  const sorted = (linked: Linked) => ({
    component: [...linked.component],
    scope: [...linked.scope],
    conflicts: linked.conflicts,
    agreed: linked.agreed
      .map(({ set, identifier, grounds }) => `${set} ${identifier} ${grounds}`)
      .sort(),
  })
  fc.assert(
    fc.property(shuffled, ([sets, order]) => {
      expect(sorted(linkSets(inputOf(sets, order)))).toEqual(sorted(linkSets(inputOf(sets))))
    }),
  )
})

test('accepted links alone connect every customer, and no customer has two persons', () => {
  fc.assert(
    fc.property(worlds, (sets) => {
      const linked = linkSets(inputOf(sets))
      expect([...linked.component]).toEqual(components(sets.length, acceptedLinks(sets, linked)))
      const personOf = new Map<number, number>()
      for (const [key, set] of sets.entries()) {
        if (set.person === undefined) continue
        const customer = linked.component[key]!
        expect(personOf.get(customer) ?? set.person).toBe(set.person)
        personOf.set(customer, set.person)
      }
    }),
  )
})

test('a customer of a shared identifier holds nothing that lasts', () => {
  fc.assert(
    fc.property(worlds, (sets) => {
      const linked = linkSets(inputOf(sets))
      const lasting = new Set(linked.conflicts.map(({ identifier }) => identifier))
      for (const [key, set] of sets.entries()) {
        if (linked.scope[key] === -1) continue
        expect(identifiersOf(set).every((identifier) => lasting.has(identifier))).toBe(true)
      }
    }),
  )
})
