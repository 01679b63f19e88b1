import type { Engine, Row } from '../engines/engine.js'
import type { Kernel, KernelContext } from '../kernel.js'
import { type Linked, type LinkInput, linkSets, type Traits } from './link.js'
import type { Kind, TypeRule } from './rules.js'

/** Links identifier sets to customers; see `linkSets`. */
export const componentsKernel: Kernel = {
  table: 'identity_components',
  makes: ['identity_components', 'identifier_conflicts', 'agreed_links'],
  reads: [
    'identifier_sets',
    'identifiers',
    'identifier_rules',
    'identifier_guards',
    'set_links',
    'set_traits',
  ],
  run: async (engine, context) => writeLinked(engine, linkSets(await readInput(engine, context))),
}

async function readInput(engine: Engine, { settings }: KernelContext): Promise<LinkInput> {
  const [counted] = await engine.query('select count(*) as sets from identifier_sets')
  const [setOf, identifierOf] = await engine.readIntegers(
    'select set_key, identifier_key from set_links where refusal is null',
  )
  const [identifiers, types] = await engine.readIntegers(
    'select identifier_key, type_key from identifiers',
  )
  const [guards] = await engine.readIntegers('select identifier_key from identifier_guards')
  return {
    sets: Number(counted?.sets),
    setOf: setOf!,
    identifierOf: identifierOf!,
    typeOf: byPlace(identifiers!, types!),
    guarded: flags(identifiers!.length, guards!),
    rules: await readRules(engine),
    traits: await readTraits(engine),
    names: {
      conflicts: settings.identity_name_conflicts === true,
      agreement: settings.identity_name_agreement === true,
    },
  }
}

async function readTraits(engine: Engine): Promise<Traits> {
  const [setOf, traitOf, initials, fullNames] = await engine.readIntegers(
    `select set_key, trait_key, initial_key, case when trait = 'name' then 1 else 0 end from set_traits`,
  )
  return {
    setOf: setOf!,
    traitOf: traitOf!,
    initialOf: byPlace(traitOf!, initials!),
    isFullName: Uint8Array.from(byPlace(traitOf!, fullNames!)),
  }
}

async function readRules(engine: Engine): Promise<TypeRule[]> {
  const rows = await engine.query(
    `select type_key, kind, most_per_customer, tells_apart, yields_to_name
    from identifier_rules order by type_key nulls last`,
  )
  return rows.map((row: Row) => ({
    kind: row.kind as Kind,
    mostPerCustomer: row.most_per_customer === null ? undefined : Number(row.most_per_customer),
    tellsApart: row.tells_apart === true,
    yieldsToName: row.yields_to_name === true,
  }))
}

async function writeLinked(engine: Engine, linked: Linked): Promise<void> {
  const { component, scope, conflicts, agreed } = linked
  await engine.writeIntegers('identity_components', {
    set_key: component.map((_, set) => set),
    component,
    scope_key: scope,
  })
  await engine.writeIntegers('identifier_conflicts', {
    identifier_key: Int32Array.from(conflicts, ({ identifier }) => identifier),
    conflict: Int32Array.from(conflicts, ({ conflict }) => conflict),
  })
  await engine.writeIntegers('agreed_links', {
    set_key: Int32Array.from(agreed, ({ set }) => set),
    identifier_key: Int32Array.from(agreed, ({ identifier }) => identifier),
    grounds: Int32Array.from(agreed, ({ grounds }) => grounds),
  })
}

/** Values at their places, which run from 0 without a gap and may repeat. */
function byPlace(places: Int32Array, values: Int32Array): Int32Array {
  const length = places.reduce((most, place) => Math.max(most, place), -1) + 1
  const placed = new Int32Array(length)
  for (let row = 0; row < places.length; row++) placed[places[row]!] = values[row]!
  return placed
}

function flags(length: number, places: Int32Array): Uint8Array {
  const flagged = new Uint8Array(length)
  for (const place of places) flagged[place] = 1
  return flagged
}
