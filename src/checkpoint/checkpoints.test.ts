import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { memoryStorage } from '../publish/testing/memory-storage.js'
import { databaseOf } from '../state/state-files.js'
import { stateFolderOf } from '../state/state-folder.js'
import { localConfig } from '../testing/local-config.js'
import { checkpointKey, parseCheckpoint, readPointer } from './checkpoint.js'
import { createCheckpoints } from './checkpoints.js'

test('a checkpoint is due when the last one is old enough, or of a time to come', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-due-'))
  const config = localConfig(folder)
  const state = stateFolderOf(config)!
  await mkdir(state, { recursive: true })
  await writeFile(databaseOf(state), 'tables')
  const warehouse = memoryStorage()
  const nothing = async () => undefined
  const checkpoints = createCheckpoints({
    config,
    configHash: 'config',
    warehouse,
    lease: { run: 'run', renew: nothing, release: nothing },
    minutes: 60,
    partsAtATime: 1,
  })
  const last = async () => parseCheckpoint((await readPointer(warehouse))!.text)
  const releaseAfter = async (release: string) => {
    await checkpoints.begin(release)
    await checkpoints.settle()
    return (await last()).release
  }
  expect(await releaseAfter('r1')).toBe('r1')
  expect(await releaseAfter('r2')).toBe('r1')
  for (const [made_at, release] of [
    ['2025-01-01T00:00:00.000Z', 'r3'],
    ['2999-01-01T00:00:00.000Z', 'r4'],
  ] as const) {
    await warehouse.write(checkpointKey, JSON.stringify({ ...(await last()), made_at }))
    expect(await releaseAfter(release)).toBe(release)
  }
  await rm(folder, { recursive: true })
})
