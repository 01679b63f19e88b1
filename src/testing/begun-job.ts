import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll } from '@jest/globals'
import type { JobOnBothEngines } from './job-on-both-engines.js'

/** A job, and a folder that is removed with it after the tests. */
export interface BegunJob {
  folder(): string
  job(): Promise<JobOnBothEngines>
}

/** Set where all tests of a file are run: small statements leave half of the machine idle, so jobs begin before them. */
const isAhead = process.env.THROUGHLINE_JOBS_AHEAD === '1'

/** Begins a job before all tests of a file, or with the first test that asks for it. */
export function beginJob(begin: (folder: string) => Promise<JobOnBothEngines>): BegunJob {
  let folder = ''
  let begun: Promise<JobOnBothEngines> | undefined
  const job = () => {
    begun ??= begin(folder)
    return begun
  }
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'throughline-job-'))
    if (isAhead) job().catch(() => undefined)
  })
  afterAll(async () => {
    const made = await begun?.catch(() => undefined)
    await made?.engine.close()
    await rm(folder, { recursive: true, force: true })
  })
  return { folder: () => folder, job }
}
