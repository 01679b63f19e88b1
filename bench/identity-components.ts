import type { Engine } from '../src/engines/engine.js'
import { componentsKernel } from '../src/identity/components.js'
import { linkInTables } from '../src/identity/in-tables/link-in-tables.js'
import { readRules } from '../src/identity/read-rules.js'
import { type BenchmarkResult, count, seconds } from './comparison.js'
import { withEngine } from './engine.js'
import { measured } from './measure.js'

/** In the measurements behind the choice a loop in SQL needed 25 times as long; a tenth leaves room for other machines. */
const mostOfPeer = 1 / 10

/** People with 1 to 12 identifiers, and for each of their sets two of these: what chains of log-ins look like. */
const links = (sets: number): string => `
with sets as (
  select cast(i as int) as set_key, hash(i) % ${Math.round(sets / 5)} as person, hash(i, 'first') as first,
    hash(i, 'second') as second
  from range(${sets}) as numbers(i)
), named as (
  select set_key, person || '-' || first % (1 + person % 12) as identifier from sets
  union
  select set_key, person || '-' || second % (1 + person % 12) as identifier from sets
)
select set_key, cast(dense_rank() over (order by hash(identifier)) - 1 as int) as identifier_key,
  0 as type_key, cast(null as varchar) as refusal
from named`

/** Customers of identifier sets that share identifiers: our kernel (no guard has work in this data) against a plain loop in SQL. */
export const benchIdentityComponents = (sets: number): Promise<BenchmarkResult> =>
  withEngine(async (engine) => {
    await givenLinks(engine, sets)
    const ours = await measured(() => componentsKernel.run(engine, { settings: {} }))
    const peer = await measured(() => sqlLoop(engine))
    await assertSamePartition(engine)
    const rules = await readRules(engine, {})
    const inTables = await measured(() => linkInTables(engine, rules))
    await assertSamePartition(engine)
    const [found] = await engine.query('select count(*) as links from set_links')
    const benchmark = `Identity components, ${count(sets)} sets, ${count(Number(found!.links))} links`
    return {
      comparisons: [
        {
          benchmark: `${benchmark}: wall`,
          ours: seconds(ours.wallSeconds),
          peer: `SQL loop ${seconds(peer.wallSeconds)}`,
          value: ours.wallSeconds / peer.wallSeconds,
          atMost: mostOfPeer,
        },
        {
          benchmark: `${benchmark}: CPU`,
          ours: seconds(ours.cpuSeconds),
          peer: `SQL loop ${seconds(peer.cpuSeconds)}`,
          value: ours.cpuSeconds / peer.cpuSeconds,
          atMost: mostOfPeer,
        },
      ],
      notes: [
        'Both components start and end with tables of the engine, and their partitions are compared; ours also weighs guards, the SQL loop none.',
        `Linked in tables, as on a cluster, the same takes ${seconds(inTables.wallSeconds)} here.`,
      ],
    }
  })

async function givenLinks(engine: Engine, sets: number): Promise<void> {
  await engine.createTable('set_links', links(sets))
  await engine.createTable('identifier_sets', 'select distinct set_key from set_links')
  await engine.createTable(
    'identifiers',
    'select distinct identifier_key, 0 as type_key from set_links',
  )
  await engine.createTable(
    'identifier_rules',
    `select 0 as type_key, 'contact' as kind, cast(null as int) as most_per_customer, false as tells_apart, false as yields_to_name`,
  )
  await engine.createEmptyTable('identifier_guards', [{ name: 'identifier_key', type: 'int' }])
  await engine.createEmptyTable('set_traits', [
    { name: 'set_key', type: 'int' },
    { name: 'trait_key', type: 'int' },
    { name: 'initial_key', type: 'int' },
    { name: 'trait', type: 'string' },
  ])
}

/** Labels spread from sets to identifiers and back, then from labels to labels, until none changes. */
async function sqlLoop(engine: Engine): Promise<void> {
  await engine.createTable(
    'sql_components',
    'select distinct set_key, set_key as component from set_links',
  )
  for (let changed = 1; changed > 0; ) {
    await engine.createTable(
      'spread',
      `with by_identifier as (
        select l.identifier_key, min(c.component) as component
        from set_links l join sql_components c using (set_key) group by 1
      )
      select l.set_key, min(b.component) as component
      from set_links l join by_identifier b using (identifier_key) group by 1`,
    )
    await engine.createTable(
      'shortened',
      'select s.set_key, t.component from spread s join spread t on t.set_key = s.component',
    )
    const [found] = await engine.query(
      'select count(*) as changed from shortened s join sql_components c using (set_key) where s.component <> c.component',
    )
    changed = Number(found!.changed)
    await engine.createTable('sql_components', 'select set_key, component from shortened')
  }
}

/** A speed-up counts only when both answers are one. */
async function assertSamePartition(engine: Engine): Promise<void> {
  const [found] = await engine.query(
    `select count(*) as different from identity_components o full join sql_components p using (set_key)
    where o.component is distinct from p.component`,
  )
  if (Number(found!.different) > 0)
    throw new Error(`identity components: ${found!.different} sets differ from the SQL loop`)
}
