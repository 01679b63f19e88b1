import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createEngine } from '../src/engines/duckdb/engine.js'
import type { Engine } from '../src/engines/engine.js'
import { linkSets } from '../src/identity/link.js'
import type { TypeRule } from '../src/identity/rules.js'

const edges = Number(process.argv[2] ?? 2_000_000)
const sets = edges / 2

/** Sets in a random graph of groups of about ten, each connected by a chain of shared identifiers; the same on every machine. */
const graph = `
  select cast(s as int) as set_key,
    cast(case when k = 0 then s // 2 else s - s % 10 + ('0x' || substr(md5(s || '-' || k), 1, 4))::int % 10 end as int) as identifier_key
  from range(${sets}) as r(s), range(2) as q(k)`

const unlimited: TypeRule = {
  kind: 'contact',
  mostPerCustomer: undefined,
  tellsApart: false,
  yieldsToName: true,
}

/** Links out of the engine, union-find in typed arrays, customers back into the engine. */
async function ours(engine: Engine): Promise<void> {
  const [setOf, identifierOf] = await engine.readIntegers(
    'select set_key, identifier_key from links',
  )
  const none = new Int32Array(0)
  const { component } = linkSets({
    sets,
    setOf: setOf!,
    identifierOf: identifierOf!,
    typeOf: new Int32Array(sets),
    guarded: new Uint8Array(sets),
    rules: [unlimited],
    traits: { setOf: none, traitOf: none, initialOf: none, isFullName: new Uint8Array(0) },
    names: { conflicts: false, agreement: false },
  })
  await engine.writeIntegers('ours', { set_key: component.map((_, set) => set), component })
}

/** The smallest label among neighbours, then the label's own label, until nothing changes. */
async function sqlLoop(engine: Engine): Promise<void> {
  await engine.execute(
    'create or replace table main.labels as select distinct set_key, set_key as component from links',
  )
  for (let changed = 1; changed > 0; ) {
    await engine.execute(`create or replace table main.next_labels as
      with least as (
        select l.identifier_key, min(c.component) as component
        from links l join labels c on c.set_key = l.set_key group by l.identifier_key
      ), nearest as (
        select l.set_key, min(t.component) as component
        from links l join least t on t.identifier_key = l.identifier_key group by l.set_key
      )
      select n.set_key, least(n.component, j.component) as component
      from nearest n join nearest j on j.set_key = n.component`)
    const [row] = await engine.query(`select count(*) as changed
      from next_labels n join labels l on l.set_key = n.set_key where n.component <> l.component`)
    changed = Number(row?.changed)
    await engine.execute('create or replace table main.labels as select * from next_labels')
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return Math.round(performance.now() - start) / 1000
}

async function main(): Promise<void> {
  const workFolder = await mkdtemp(path.join(os.tmpdir(), 'throughline-bench-'))
  const engine = await createEngine({ workFolder, threads: 2 })
  try {
    await engine.execute(`create table main.links as ${graph}`)
    const oursSeconds = await seconds(() => ours(engine))
    const sqlSeconds = await seconds(() => sqlLoop(engine))
    const [row] = await engine.query(`select count(*) as different
      from ours o join labels l on l.set_key = o.set_key where o.component <> l.component`)
    if (Number(row?.different) !== 0) throw new Error(`${row?.different} sets differ`)
    const result = {
      name: `identity components, ${edges} edges`,
      ours_seconds: oursSeconds,
      sql_seconds: sqlSeconds,
      ratio: Math.round((100 * sqlSeconds) / oursSeconds) / 100,
    }
    process.stdout.write(`${JSON.stringify(result)}\n`)
  } finally {
    await engine.close()
    await rm(workFolder, { recursive: true, force: true })
  }
}

await main()
