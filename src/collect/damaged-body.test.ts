import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { memoryStorage } from '../publish/testing/memory-storage.js'
import type { FaultEffect } from '../storage/dev-s3/faults.js'
import { withDevBucket } from '../testing/dev-bucket.js'
import { landBatch } from './land-batch.js'
import { listExports } from './raw-objects.js'

/** Of several chunks, so that the first is read before the checksum of the last can be compared. */
const rows = Array.from({ length: 20_000 }, () => `${randomBytes(16).toString('hex')}\n`)
const exported = gzipSync(`name\n${rows.join('')}`)
const source = { preset: 'event_log', prefix: 'log' }

const damaged: FaultEffect = { kind: 'damaged_body' }
const cut: FaultEffect = { kind: 'cut_body', afterBytes: 100_000 }

test.each(Object.entries({ damaged, cut }))(
  'an object whose body is %s on its way is read all the same',
  async (_, effect) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-damaged-'))
    const faults = [{ operation: 'GetObject', times: 1, effect }]
    await withDevBucket(faults, async (raw) => {
      await raw.write('log.csv.gz', exported)
      const zones = { raw, archive: memoryStorage() }
      const objects = await listExports(raw, { log: source })
      const [one] = await landBatch(zones, objects, source, { folder, parallelDownloads: 1 })
      expect(one!.landed).toMatchObject({ kind: 'rows', rows: rows.length, badRows: [] })
    })
    await rm(folder, { recursive: true })
  },
)
