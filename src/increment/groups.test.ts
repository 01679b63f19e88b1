import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Release } from '../publish/release.js'
import { bystanders } from '../testing/bystanders.js'
import {
  type Batch,
  createIncrementProject,
  hashesOf,
  type IncrementProject,
} from '../testing/increment-project.js'
import { buying, loggingIn, visiting } from '../testing/merging-people.js'
import type { Tables } from '../testing/tables.js'

let folder = ''
let project: IncrementProject
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-groups-'))
  project = createIncrementProject(folder, { log: { preset: 'event_log', prefix: 'log/' } })
  await project.land({ 'log/bystanders.ndjson': bystanders })
  await project.run()
}, 600_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const loggingOut: Batch = { 'log/login.ndjson': null }
/** The shop's own telephone, of more people than one may have: it links nobody any more, and those whom it linked part. */
const calling: Batch = {
  'log/calls.ndjson': ['bystander-1', 'somebody-else'].map((customer) => ({
    customer,
    phone: '+442079460001',
    event: 'call',
    time: '2025-01-12T10:00:00Z',
  })),
}

/** Sets of identifiers beside the first set of the same customer, by the edges of a full run. */
function partsOf(tables: Tables): Record<string, string> {
  const sets = new Map<string, string>()
  for (const { identifier_set_id, customer_id } of tables.get('identity_edges')!)
    sets.set(String(identifier_set_id), String(customer_id))
  return firstOfEach([...sets])
}

function firstOfEach(sets: readonly (readonly [set: string, customer: string])[]) {
  const first = new Map<string, string>()
  const sorted = [...sets].sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [set, customer] of sorted) if (!first.has(customer)) first.set(customer, set)
  return Object.fromEntries(sorted.map(([set, customer]) => [set, first.get(customer)!]))
}

/** Takes a batch in between releases, and asserts that the sets are parted as by a full run that is given the same history. */
async function expectPartedAsInFull(batch: Batch, previous: Release | undefined): Promise<number> {
  await project.land(batch)
  const rows = await project.batch(
    `select i.identifier_set_id, i.customer_id, (select count(*) from identifier_sets) as linked,
      h.customer_id = i.customer_id as is_held
    from identity_sets i
    left join customer_history h on h.identifier_set_id = i.identifier_set_id and h.is_current`,
  )
  const { tables } = await project.madeInFull(previous)
  const sets = rows.map((row) => [String(row.identifier_set_id), String(row.customer_id)] as const)
  expect(firstOfEach(sets)).toEqual(partsOf(tables))
  expect(rows.every(({ is_held }) => is_held === true)).toBe(true)
  return Number(rows[0]?.linked) / rows.length
}

test('between releases the groups that a batch touches are linked as a full run links everybody', async () => {
  const previous = await project.released()
  for (const batch of [visiting, buying, loggingIn, calling])
    expect(await expectPartedAsInFull(batch, previous)).toBeLessThan(0.5)
  // The latest event goes, and with it the point in time goes back.
  expect(await expectPartedAsInFull(loggingOut, previous)).toBe(1)
}, 600_000)

test('a release links the groups that it touches alone, unless it has to catch up with batches', async () => {
  await project.run()
  await project.land(loggingIn)
  const { release } = await project.run()
  const { hashes } = await project.madeInFull(release)
  expect(hashesOf(release)).toEqual(hashes)
  const [row] = await project.batch(
    'select (select count(*) from identifier_sets) as linked, (select count(*) from identity_sets) as known',
  )
  expect(Number(row?.linked)).toBeLessThan(Number(row?.known) / 2)
}, 600_000)
