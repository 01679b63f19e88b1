import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { ThroughlineError } from '../errors.js'
import { expectSameRows, expectSameTables, type HashedTables } from './expect-same-tables.js'
import { createIncrementProject, hashesOf, type IncrementProject } from './increment-project.js'
import { pictureOf } from './picture.js'
import { batchOf, firstBatch, type RandomProject, type Step } from './random-project.js'
import { registryFiles } from './random-registries.js'
import { readLatest, writeFiles } from './run-project.js'

interface Taking {
  project: IncrementProject
  /** Whether batches have been taken in since the last release. */
  hasBatches: boolean
}

/**
 * Takes a project through its steps, unless its first tables are refused. Fails at the first one whose tables are not those
 * of a full run, or in the end, if sessions, journeys or touchpoints are not, ids aside, those of a full run from nothing.
 */
export async function takeRandomProject(drawn: RandomProject): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-random-'))
  try {
    await writeFiles(folder, registryFiles(drawn.registries))
    const { settings, sources } = drawn
    const project = createIncrementProject(folder, sources, { projectFolder: folder, settings })
    await project.land(firstBatch(drawn.first))
    fc.pre((await unlessRefused(project.run())) !== undefined)
    await project.keep()
    const taking = { project, hasBatches: false }
    for (const [at, step] of drawn.steps.entries()) await takeStep(taking, step, `step ${at + 1}`)
    // Nothing new, after whatever was left to this release.
    const last = await compare(taking, 'the end')
    if (last) await expectAsFromNothing(project, last)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function takeStep(taking: Taking, step: Step, place: string): Promise<void> {
  await taking.project.land(batchOf(step))
  if (step.isFromFirst) {
    await taking.project.putBackState()
    taking.hasBatches = false
  }
  if (step.isReleased) await compare(taking, place)
  else {
    await taking.project.batch('select 1')
    taking.hasBatches = true
  }
}

/** Publishes an increment, which is refused where a full run is; returns its tables. */
async function compare(taking: Taking, place: string): Promise<HashedTables | undefined> {
  const { project, hasBatches } = taking
  const previous = await project.released()
  const published = await unlessRefused(project.run({ force: true }))
  if (published === undefined) {
    const full = await unlessRefused(project.madeInFull(previous))
    if (full) throw new Error(`${place}: the increment is refused, a full run is not`)
    return undefined
  }
  const { release, scope } = published
  if (scope.mode !== 'incremental') throw new Error(`${place}: expected an increment`)
  // A batch is a revision of customers by itself, of which the last release knows nothing yet.
  const given = hasBatches ? release : previous
  taking.hasBatches = false
  const own = { hashes: hashesOf(release), tables: await readLatest(project.latest) }
  expectSameTables(place, own, await project.madeInFull(given, release.release))
  return own
}

async function expectAsFromNothing(project: IncrementProject, last: HashedTables): Promise<void> {
  const full = await project.madeInFull(undefined)
  const [own, others] = [pictureOf(last.tables), pictureOf(full.tables)]
  for (const table of ['touchpoints', 'sessions', 'journeys'] as const)
    expectSameRows(`the end, ids aside: ${table}`, own[table], others[table])
}

/** Nothing where the tables break a contract, as those of a source do of which all rows are rejected. */
async function unlessRefused<T>(made: Promise<T>): Promise<T | undefined> {
  try {
    return await made
  } catch (error) {
    if (error instanceof ThroughlineError && error.code === 'contract') return undefined
    throw error
  }
}
