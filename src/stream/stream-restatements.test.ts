import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { listRawObjects } from '../collect/raw-objects.js'
import { configDigest } from '../config-digest.js'
import { makeTables } from '../make-tables.js'
import { makeWorkFolder } from '../prepare.js'
import type { Release } from '../publish/release.js'
import { openStorages } from '../storages.js'
import { readLatest } from '../testing/run-project.js'
import { createClicksProject, type StreamProject } from '../testing/stream-project.js'
import { customerOf, rowsOf, type Tables } from '../testing/tables.js'
import { version } from '../version.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-stream-restatements-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const visit = (customer: string, time: string): Buffer =>
  Buffer.from(JSON.stringify({ customer, event: 'visit', time: `2025-05-0${time}:00Z` }))

/** Beside many, the rows of a customer are made alone; else the tables are made whole. */
const bystanders = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => visit(`b${index}`, `1T${10 + index}:00`))

/** Content hash of the restatements that a full run makes of what has come by now, after an earlier release. */
async function hashInFull({ config }: StreamProject, previous: Release, run: string) {
  const stores = openStorages(config)
  const workFolder = await makeWorkFolder(config)
  const objects = await listRawObjects(stores.zones, config.sources)
  const configHash = configDigest(config, version)
  const inputs = { ...stores, objects, workFolder, previous, run, configHash }
  const { tables } = await makeTables({ config, version }, inputs, false)
  await rm(workFolder, { recursive: true })
  const made = tables.find(({ table }) => table === 'restatements')!
  return 'kept' in made ? made.kept.content_hash : made.contentHash
}

const restatedOf = (tables: Tables, table: string): unknown[][] =>
  rowsOf(tables, 'restatements', { table_name: table }, [
    'row_key',
    'change',
    'reason',
    'run',
    'previous_run',
  ])

test.each([12, 0])(
  'beside %d others, a release of a stream restates what batches have changed since the one before, once, and nothing that is new',
  async (others) => {
    const project = await createClicksProject(path.join(folder, `beside-${others}`), {
      batch_records: 1,
    })
    await project.append('clicks-0', [
      ...bystanders(others),
      visit('ann', '1T10:00'),
      visit('ann', '2T12:00'),
    ])
    await project.stream()
    const first = await project.released()
    expect(first.tables.restatements!.rows).toBe(0)

    // Ann changes in two batches; cem is new, and changes in a batch of his own.
    await project.append('clicks-0', [
      visit('ann', '1T10:10'),
      visit('cem', '1T09:00'),
      visit('cem', '1T09:10'),
      visit('ann', '1T10:20'),
    ])
    const { batches, releases } = await project.stream()
    expect([batches, releases.length]).toEqual([4, 1])
    const second = await project.released()
    const tables = await readLatest(path.join(project.config.storage.warehouse, 'latest'))
    const ann = customerOf(tables, 'customer_id=ann')
    expect(restatedOf(tables, 'customers')).toEqual([
      [ann, 'changed', 'late_record', second.release, first.release],
    ])
    expect(restatedOf(tables, 'sessions').map(([, change]) => change)).toEqual(['changed'])
    expect(restatedOf(tables, 'journeys')).toHaveLength(1)
    expect(second.tables.restatements!.content_hash).toBe(
      await hashInFull(project, first, second.release),
    )

    await project.append('clicks-0', [visit('cem', '1T09:20')])
    await project.stream()
    const third = await project.released()
    const later = await readLatest(path.join(project.config.storage.warehouse, 'latest'))
    const cem = customerOf(later, 'customer_id=cem')
    expect(
      new Set(restatedOf(later, 'customers').map(([key, , , run]) => `${key} ${run}`)),
    ).toEqual(new Set([`${ann} ${second.release}`, `${cem} ${third.release}`]))
  },
  600_000,
)
