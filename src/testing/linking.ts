import fc from 'fast-check'
import type { Engine, Row } from '../engines/engine.js'
import type { Linked } from '../identity/link.js'
import type { LinkInput } from '../identity/link-input.js'
import { kinds } from '../identity/rules.js'

/** What linking needs of an engine. */
export type LinkingEngine = Pick<Engine, 'createTable' | 'writeIntegers' | 'query'>

const rule = fc.record({
  kind: fc.constantFrom(...kinds),
  mostPerCustomer: fc.constantFrom(undefined, undefined, 1, 2),
  tellsApart: fc.boolean(),
  yieldsToName: fc.boolean(),
})

/** Sets of a few identifiers each, of types with random rules: some customers, large and small, many of them in conflict. */
export const linkInputs: fc.Arbitrary<LinkInput> = fc
  .record({
    rules: fc.array(rule, { minLength: 1, maxLength: 6, size: 'max' }),
    valuesPerType: fc.constantFrom(4, 12, 40, 100),
    names: fc.record({ conflicts: fc.boolean(), agreement: fc.boolean() }),
    guarded: fc.uniqueArray(fc.nat(120), { maxLength: 6 }),
  })
  .chain((world) =>
    fc
      .array(setIn(world.rules.length * world.valuesPerType), {
        minLength: 1,
        maxLength: 200,
        size: 'max',
      })
      .map((sets) => inputOf(world, sets)),
  )

interface World extends Pick<LinkInput, 'rules' | 'names'> {
  valuesPerType: number
  guarded: readonly number[]
}

interface TestSet {
  identifiers: readonly number[]
  name: number | undefined
  birthDate: number | undefined
}

const setIn = (identifiers: number): fc.Arbitrary<TestSet> =>
  fc.record({
    identifiers: fc.uniqueArray(fc.nat(identifiers - 1), { maxLength: 4 }),
    name: fc.option(fc.nat(7), { nil: undefined, freq: 2 }),
    birthDate: fc.constantFrom(undefined, undefined, undefined, 0, 0, 0, 1, 2),
  })

const initialOf = [0, 0, 0, 1, 1, 2, 2, 3, -1, -1, -1]
const isFullName = [1, 1, 0, 1, 0, 1, 1, 1, 0, 0, 0]
const names = 8

function inputOf(
  { rules, names: nameRules, valuesPerType, guarded }: World,
  sets: readonly TestSet[],
): LinkInput {
  const identifiers = rules.length * valuesPerType
  const links = sets.flatMap((set, key) => set.identifiers.map((identifier) => [key, identifier]))
  const told = sets.flatMap(({ name, birthDate }, key) => [
    ...(name === undefined ? [] : [[key, name]]),
    ...(birthDate === undefined ? [] : [[key, names + birthDate]]),
  ])
  return {
    sets: sets.length,
    setOf: Int32Array.from(links, ([set]) => set!),
    identifierOf: Int32Array.from(links, ([, identifier]) => identifier!),
    typeOf: Int32Array.from({ length: identifiers }, (_, key) => Math.floor(key / valuesPerType)),
    guarded: Uint8Array.from({ length: identifiers }, (_, key) => (guarded.includes(key) ? 1 : 0)),
    rules,
    traits: {
      setOf: Int32Array.from(told, ([set]) => set!),
      traitOf: Int32Array.from(told, ([, trait]) => trait!),
      initialOf: Int32Array.from(initialOf),
      isFullName: Uint8Array.from(isFullName),
    },
    names: nameRules,
  }
}

/** Lays the input of linking into the tables that models make of it. */
export async function givenLinkInput(engine: LinkingEngine, input: LinkInput): Promise<void> {
  const { sets, setOf, identifierOf, typeOf, guarded, traits, rules } = input
  const numbered = (length: number) => Int32Array.from({ length }, (_, key) => key)
  await engine.writeIntegers('identifier_sets', { set_key: numbered(sets) })
  const type_key = identifierOf.map((identifier) => typeOf[identifier]!)
  await engine.writeIntegers('given_links', {
    set_key: setOf,
    identifier_key: identifierOf,
    type_key,
  })
  await engine.createTable(
    'set_links',
    'select set_key, identifier_key, type_key, cast(null as string) as refusal from given_links',
  )
  await engine.writeIntegers('identifier_guards', {
    identifier_key: numbered(guarded.length).filter((identifier) => guarded[identifier] === 1),
  })
  await engine.writeIntegers('given_traits', {
    set_key: traits.setOf,
    trait_key: traits.traitOf,
    initial_key: traits.traitOf.map((trait) => traits.initialOf[trait]!),
    is_full: traits.traitOf.map((trait) => traits.isFullName[trait]!),
  })
  await engine.createTable(
    'set_traits',
    `select set_key, trait_key, initial_key,
      case when is_full = 1 then 'name' when initial_key < 0 then 'birth_date' else 'first_name' end as trait
    from given_traits`,
  )
  await engine.writeIntegers('given_rules', {
    type_key: numbered(rules.length),
    kind: Int32Array.from(rules, ({ kind }) => kinds.indexOf(kind)),
  })
  const kindNames = kinds.map((kind, place) => `when ${place} then '${kind}'`).join(' ')
  await engine.createTable(
    'identifier_rules',
    `select type_key, case kind ${kindNames} end as kind from given_rules`,
  )
}

/** What linking has made, in comparable form: the rows of its three tables, in order. */
export interface LinkedRows {
  components: string[]
  conflicts: string[]
  agreed: string[]
}

export async function linkedRows(engine: LinkingEngine): Promise<LinkedRows> {
  const lines = async (columns: string, table: string) => {
    const rows = await engine.query(`select ${columns} from ${table}`)
    return rows.map((row: Row) => Object.values(row).join(' ')).sort()
  }
  return {
    components: await lines('set_key, component, scope_key', 'identity_components'),
    conflicts: await lines('identifier_key, conflict', 'identifier_conflicts'),
    agreed: await lines('set_key, identifier_key, grounds', 'agreed_links'),
  }
}

export const rowsOfLinked = ({ component, scope, conflicts, agreed }: Linked): LinkedRows => ({
  components: [...component].map((customer, set) => `${set} ${customer} ${scope[set]}`).sort(),
  conflicts: conflicts.map(({ identifier, conflict }) => `${identifier} ${conflict}`).sort(),
  agreed: agreed.map((link) => `${link.set} ${link.identifier} ${link.grounds}`).sort(),
})
