import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { openStorage } from '../storage/storage.js'
import { examineSources } from './examine-sources.js'
import { listRawObjects, type Sources } from './raw-objects.js'

const sources: Sources = {
  web: { preset: 'event_log', prefix: 'web/' },
  till: { preset: 'event_log', prefix: 'tlil/' },
  app: { preset: 'event_log', topic: 'app' },
}

test('each source with a prefix is told whether an object is there', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-sources-'))
  await mkdir(path.join(folder, 'web'))
  await writeFile(path.join(folder, 'web', 'log.csv'), 'customer,time\n')
  const found = await examineSources(openStorage(folder), sources)
  await rm(folder, { recursive: true })
  expect(found).toEqual([
    { check: 'source web', ok: true, detail: 'first key "web/log.csv"', remedy: '' },
    {
      check: 'source till',
      ok: false,
      detail: 'sources.till.prefix: expected objects whose keys begin with "tlil/", found none',
      remedy: expect.stringContaining('Correct the prefix'),
    },
  ])
})

test('a folder of exports that does not exist is not said to be empty', async () => {
  const nowhere = path.join(os.tmpdir(), 'throughline-no-such-folder')
  const zones = { raw: openStorage(nowhere), archive: openStorage(nowhere) }
  await expect(listRawObjects(zones, sources)).rejects.toMatchObject({
    exitCode: 5,
    at: nowhere,
    found: `none: the folder ${nowhere} does not exist`,
  })
  const { app } = sources
  await expect(listRawObjects(zones, { app: app! })).rejects.toMatchObject({ found: 'none' })
})
