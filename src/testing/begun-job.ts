import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll } from '@jest/globals'
import type { JobOnBothEngines } from './job-on-both-engines.js'

/** Work that tests of a file wait for. */
export interface Begun<T> {
  /** Begins it where all tests of the file are run: small statements leave half of the machine idle. */
  ahead(): void
  /** Its result; begins it unless it has begun. */
  result(): Promise<T>
  /** Ends with it, whatever became of it; at once when it was never begun. */
  end(): Promise<T | undefined>
}

const isAhead = process.env.THROUGHLINE_JOBS_AHEAD === '1'

/** Work that is done once, whoever asks for it first. */
export function begunOnce<T>(begin: () => Promise<T>): Begun<T> {
  let begun: Promise<T> | undefined
  const result = () => {
    begun ??= begin()
    return begun
  }
  return {
    result,
    ahead() {
      if (isAhead) result().catch(() => undefined)
    },
    end: async () => begun?.catch(() => undefined),
  }
}

/** A job that begins before all tests of a file, and its folder, which is removed after them. */
export function beginJob(
  begin: (folder: string) => Promise<JobOnBothEngines>,
): Begun<JobOnBothEngines> & { folder(): string } {
  let folder = ''
  const job = begunOnce(() => begin(folder))
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'throughline-job-'))
    job.ahead()
  })
  afterAll(async () => {
    await (await job.end())?.engine.close()
    await rm(folder, { recursive: true, force: true })
  })
  return { ...job, folder: () => folder }
}
