import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll } from '@jest/globals'
import type { Config } from '../config.js'
import {
  createStreamProject,
  type StreamProject,
  type StreamSample,
  writeStreamSample,
} from './stream-project.js'

/** What the tests of a file share; there is something in it once they run. */
export interface StreamTests {
  folder: string
  sample: StreamSample
  /** A project of the sample, in a folder of its own. */
  create(name: string, stream?: Partial<Config['stream']>): Promise<StreamProject>
}

/** Makes the sample before the tests of a file, and removes it and their projects afterwards. */
export function takeStreamSample(touchpoints = 600): StreamTests {
  const tests: StreamTests = {
    folder: '',
    sample: { logs: new Map(), exports: '' },
    create: (name, stream) =>
      createStreamProject(path.join(tests.folder, name), tests.sample, stream),
  }
  beforeAll(async () => {
    tests.folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-stream-'))
    tests.sample = await writeStreamSample(path.join(tests.folder, 'sample'), touchpoints)
  })
  afterAll(() => rm(tests.folder, { recursive: true, force: true }))
  return tests
}
