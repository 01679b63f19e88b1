import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setImmediate as turnOfEvents } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { listTopic } from '../collect/log-objects.js'
import { lockKey } from '../publish/lease.js'
import { memoryStorage } from '../publish/testing/memory-storage.js'
import { conflictError } from '../storage/object-errors.js'
import { openStorages } from '../storages.js'
import { recordAt } from '../testing/log-under-test.js'
import { archivedLines, createClicksProject } from '../testing/stream-project.js'
import { archiveRecords } from './archive.js'
import { createMerging } from './merging.js'

/*
 * A stream that stood still while its lease expired, and was overtaken: it changes nothing in the archive any more.
 */

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-overtaken-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const rival = { format: 1, run: 'rival', token: 'rival', expires_at: '2999-01-01T00:00:00.000Z' }
const click = Buffer.from('{"customer":"c1","time":"2025-06-01T10:00:00Z","event":"visit"}')

test('it archives no record, and ends', async () => {
  const project = await createClicksProject(path.join(folder, 'project'))
  const { archive } = openStorages(project.config).zones
  await project.append('clicks-0', [click])
  let rest: Promise<void> | undefined
  const stream = project.stream({
    untilCaughtUp: false,
    onRelease: () => {
      writeFileSync(path.join(project.config.storage.warehouse, lockKey), JSON.stringify(rival))
      rest = project.append('clicks-0', [click, click])
    },
  })
  await expect(stream).rejects.toMatchObject({ code: 'conflict', at: lockKey })
  await rest
  expect(await archivedLines(archive, 'clicks/0')).toHaveLength(1)
})

test('it deletes no object that it has merged', async () => {
  let hour = 0
  const archive = memoryStorage({ now: () => hour * 3_600_000 })
  const { config } = await createClicksProject(path.join(folder, 'merging'))
  const objects = []
  for (hour of [1, 1, 2])
    objects.push(...(await archiveRecords(archive, [recordAt(objects.length)], () => 'clicks')))
  let renewals = 0
  const notices: string[] = []
  const merging = createMerging({
    config,
    zones: { archive },
    requireLease: async () => {
      if (++renewals > 1) throw conflictError(lockKey, 'the lease')
    },
    onNotice: (notice) => notices.push(notice),
  })
  while (merging.takeInto(objects).length === objects.length) await turnOfEvents()
  await merging.close()
  expect(notices).toEqual([expect.stringContaining(lockKey)])
  expect((await listTopic(archive, 'clicks', 'events')).leftovers).toHaveLength(2)
})
