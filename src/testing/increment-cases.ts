import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect } from '@jest/globals'
import type { Config } from '../config.js'
import type { Release } from '../publish/release.js'
import { bystanders } from './bystanders.js'
import {
  type Batch,
  createIncrementProject,
  hashesOf,
  type IncrementProject,
} from './increment-project.js'
import { otherOrders } from './orders.js'
import { pictureOf } from './picture.js'
import { readLatest } from './run-project.js'
import type { Tables } from './tables.js'

export interface IncrementCases {
  /**
   * Lands batches one by one beside people who have nothing to do with them, with an increment after each; asserts each
   * time that every table is what a full run makes that is given the same history. Returns the tables after each.
   */
  take(batches: readonly Batch[]): Promise<Tables[]>
  /**
   * Takes the batches in every order but theirs, and asserts that each ends as a full run does that is given the same
   * history, with the sessions, journeys and touchpoints given.
   */
  expectInAnyOrder(batches: readonly Batch[], last: Tables): Promise<void>
  /** As `take`, but for the last batch alone, whose increment is one of the tables from before all others. */
  takeFromOlder(batches: readonly Batch[]): Promise<Tables>
  /** Asserts that tables are, ids aside, what a full run makes of what has landed by now if it knows of no run before. */
  expectAsFromNothing(last: Tables): Promise<void>
  /** Asserts that a full run in the warehouse, which is given what was just published, changes nothing. */
  expectSettled(): Promise<void>
  remove(): Promise<void>
}

/** For tests of many runs, on machines that do other things as well. */
export const longTimeout = 900_000

/** A warehouse of bystanders, from which every `take` starts anew. */
export async function createIncrementCases(more: Config['sources'] = {}): Promise<IncrementCases> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-increments-'))
  const log = { preset: 'event_log', prefix: 'log', currency: 'EUR' }
  const project = createIncrementProject(folder, { log, ...more })
  await project.land({ 'log/bystanders.ndjson': bystanders })
  await project.run()
  await project.keep()
  let landed: readonly Batch[] = []
  const beginAnew = async (batches: readonly Batch[]): Promise<void> => {
    for (const batch of landed) await project.land(withdrawn(batch))
    landed = batches
    await project.putBack()
  }
  const take = async (batches: readonly Batch[]): Promise<Tables[]> => {
    await beginAnew(batches)
    const after: Tables[] = []
    for (const batch of batches) after.push(await takeOne(project, batch))
    return after
  }
  /** Compared at the end alone: full runs are what these tests cost. */
  const takeToTheEnd = async (batches: readonly Batch[]): Promise<Tables> => {
    await beginAnew(batches)
    for (const batch of batches.slice(0, -1)) await increment(project, batch)
    return takeOne(project, batches.at(-1)!)
  }
  return {
    take,
    async expectInAnyOrder(batches, last) {
      for (const order of otherOrders(batches))
        expect(pictureOf(await takeToTheEnd(order))).toEqual(pictureOf(last))
    },
    async takeFromOlder(batches) {
      await beginAnew(batches)
      for (const batch of batches.slice(0, -1)) await increment(project, batch)
      await project.putBackState()
      return takeOne(project, batches.at(-1)!)
    },
    async expectAsFromNothing(last) {
      const { tables } = await project.madeInFull(undefined)
      expect(pictureOf(last)).toEqual(pictureOf(tables))
    },
    async expectSettled() {
      const published = await project.released()
      const { release } = await project.run({ full: true })
      expect(hashesOf(release)).toEqual(hashesOf(published!))
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function takeOne(project: IncrementProject, batch: Batch): Promise<Tables> {
  const previous = await project.released()
  const release = await increment(project, batch)
  const { hashes } = await project.madeInFull(previous, release.release)
  expect(hashesOf(release)).toEqual(hashes)
  return readLatest(project.latest)
}

async function increment(project: IncrementProject, batch: Batch): Promise<Release> {
  await project.land(batch)
  const { scope, release } = await project.run({ force: true })
  expect(scope.mode).toBe('incremental')
  return release
}

const withdrawn = (batch: Batch): Batch =>
  Object.fromEntries(Object.keys(batch).map((key) => [key, null]))
