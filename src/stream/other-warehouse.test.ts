import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openStorages } from '../storages.js'
import {
  archivedLines,
  createClicksProject,
  type StreamProject,
} from '../testing/stream-project.js'

/*
 * The warehouse is emptied, and another machine begins it anew: what this one has kept knows offsets that the new archive
 * does not have yet.
 */

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-other-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const clicks = Array.from({ length: 5 }, (_, index) =>
  Buffer.from(`{"customer":"c${index}","time":"2025-06-01T10:00:00Z","event":"visit"}`),
)

/** Another machine archives and publishes the first two clicks. */
async function beginAnew({ config, stream }: StreamProject): Promise<void> {
  const { state_folder } = config.run
  config.run.state_folder = path.join(folder, 'other-state')
  const stop = new AbortController()
  await stream({ signal: stop.signal, untilCaughtUp: false, onTurn: () => stop.abort() })
  config.run.state_folder = state_folder
}

test('a stream with kept tables of a warehouse that was emptied reads what the archive of the new one lacks', async () => {
  const project = await createClicksProject(path.join(folder, 'project'), { batch_records: 2 })
  const { archive } = openStorages(project.config).zones
  await project.append('clicks-0', clicks)
  await project.stream()
  await rm(project.config.storage.warehouse, { recursive: true })
  await beginAnew(project)
  expect(await archivedLines(archive, 'clicks/0')).toHaveLength(2)
  await project.stream()
  expect(await archivedLines(archive, 'clicks/0')).toHaveLength(5)
  expect((await project.released()).tables.touchpoints!.rows).toBe(5)
})
