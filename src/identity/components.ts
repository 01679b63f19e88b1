import type { Engine } from '../engines/engine.js'
import type { Kernel } from '../kernel.js'
import { linkInTables } from './in-tables/link-in-tables.js'
import { type Linked, linkSets } from './link.js'
import { byPlace, type LinkInput, type Traits } from './link-input.js'
import { readRules } from './read-rules.js'
import type { LinkingRules } from './rules.js'

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
  async run(engine, { settings }) {
    const rules = await readRules(engine, settings)
    if (engine.isDistributed) await linkInTables(engine, rules)
    else await writeLinked(engine, linkSets({ ...(await readInput(engine)), ...rules }))
  },
}

async function readInput(engine: Engine): Promise<Omit<LinkInput, keyof LinkingRules>> {
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
    traits: await readTraits(engine),
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

function flags(length: number, places: Int32Array): Uint8Array {
  const flagged = new Uint8Array(length)
  for (const place of places) flagged[place] = 1
  return flagged
}
