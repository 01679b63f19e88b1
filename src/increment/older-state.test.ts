import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { bystanders } from '../testing/bystanders.js'
import { createIncrementProject, hashesOf } from '../testing/increment-project.js'
import { buying, loggingIn, visiting } from '../testing/merging-people.js'
import { readLatest } from '../testing/run-project.js'
import { customerOf } from '../testing/tables.js'

/*
 * Kept tables that are older than the warehouse's release, as a checkpoint gives them back: ids that were given since
 * must stay where they are.
 */

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-older-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const returning = {
  'log/return.ndjson': [
    { customer: 'ann', device: 'laptop', event: 'visit', time: '2025-01-14T08:00:00Z' },
  ],
}

test('an increment of older tables keeps the ids of the releases since, and makes what a full run makes', async () => {
  const project = createIncrementProject(folder, {
    log: { preset: 'event_log', prefix: 'log', currency: 'EUR' },
  })
  await project.land({ 'log/bystanders.ndjson': bystanders })
  await project.run()
  await project.keep()
  for (const batch of [buying, visiting]) {
    await project.land(batch)
    await project.run()
  }
  const ann = customerOf(await readLatest(project.latest), 'customer_id=ann')
  const visitor = customerOf(await readLatest(project.latest), 'device_id=phone')
  await project.land(loggingIn)
  await project.run()
  expect(customerOf(await readLatest(project.latest), 'device_id=phone')).toBe(ann)
  const previous = await project.released()
  await project.putBackState()
  await project.land(returning)
  const { scope, release } = await project.run()
  expect(scope).toEqual({ mode: 'incremental', objectsRead: 4, objectsWithdrawn: 0 })
  const { hashes } = await project.madeInFull(previous, release.release)
  expect(hashesOf(release)).toEqual(hashes)
  const tables = await readLatest(project.latest)
  expect(customerOf(tables, 'customer_id=ann')).toBe(ann)
  expect(tables.get('customer_aliases')).toMatchObject([
    { retired_customer_id: visitor, customer_id: ann },
  ])
}, 900_000)
