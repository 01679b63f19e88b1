import { mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { SourceConfig } from '../config.js'
import { openStorage } from '../storage/storage.js'
import { examineBatch } from './examine-batch.js'
import { listExports } from './raw-objects.js'
import { requireUnchanged } from './require-unchanged.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'throughline-examine-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const source: SourceConfig = { preset: 'event_log', prefix: '' }
const zones = () => ({
  raw: openStorage(path.join(folder, 'raw')),
  archive: openStorage(path.join(folder, 'archive')),
})

/** What is told of one object, and whether it is told without files that stay. */
async function examined(key: string, body: string | Buffer, given: Partial<SourceConfig> = {}) {
  const { raw, archive } = zones()
  await raw.write(key, Buffer.from(body))
  const objects = await listExports(raw, { source })
  const options = { folder: path.join(folder, 'work'), parallelDownloads: 2 }
  const [only] = await examineBatch({ raw, archive }, objects, { ...source, ...given }, options)
  expect(await readdir(options.folder)).toEqual([])
  return only?.landed
}

const csv = 'Id;The Name\n1;"two\nlines"\n'
const ndjson = '{"id":1}\n{"id":2}\n'

test('of a CSV, header and delimiter are told, and where it lies', async () => {
  const found = { kind: 'rows', format: 'csv', delimiter: ';', header: ['Id', 'The Name'] }
  const place = { path: expect.stringMatching(/raw\/a\.csv$/), bytes: csv.length, badRows: [] }
  expect(await examined('a.csv', csv)).toEqual({ ...found, ...place })
})

test('a compressed object is told by its first bytes, however long it is', async () => {
  const long = `${ndjson}${`{"id":${'1'.repeat(200)}}\n`.repeat(20_000)}`
  const found = await examined('b.json.gz', gzipSync(long))
  expect(found).toMatchObject({ kind: 'rows', format: 'ndjson', badRows: [] })
})

test('Parquet is known by its first bytes', async () => {
  expect(await examined('c.bin', 'PAR1…')).toMatchObject({ kind: 'rows', format: 'parquet' })
})

test('nothing is empty, and an error page is refused', async () => {
  expect(await examined('d.ndjson', '')).toEqual({ kind: 'empty' })
  await rm(path.join(folder, 'raw'), { recursive: true })
  const page = await examined('e.csv', '<!DOCTYPE html><html></html>')
  expect(page).toMatchObject({ kind: 'unreadable', reason: 'html_page' })
})

test.each([
  ['a list in JSON', 'f.json', '[{"id":1},{"id":2}]', 'a json file'],
  ['gz under another name', 'g.ndjson', gzipSync(ndjson), 'gz data without .gz'],
  ['another content under .gz', 'h.ndjson.gz', ndjson, 'a name in .gz'],
  ['zst', 'i.ndjson.zst', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), 'zst data'],
  ['UTF-16', 'j.csv', Buffer.from('\ufeffId\n1\n', 'utf16le'), 'UTF-16 text'],
])('%s needs a landing, and is said so', async (_, key, body, found) => {
  const refused = { code: 'source', at: expect.stringContaining(key), found }
  await expect(examined(key, body)).rejects.toMatchObject(refused)
})

test('fields of NDJSON are renamed by a landing alone', async () => {
  const renamed = examined('k.ndjson', ndjson, { columns: { customer: 'id' } })
  await expect(renamed).rejects.toMatchObject({ found: expect.stringContaining('`columns`') })
  expect(await examined('k.ndjson', ndjson)).toMatchObject({ kind: 'rows' })
})

test('an object that is another one afterwards fails the run', async () => {
  const { raw, archive } = zones()
  await raw.write('a.ndjson', ndjson)
  const objects = await listExports(raw, { source })
  await requireUnchanged({ raw, archive }, { source }, objects)
  await raw.write('a.ndjson', '{"id":3}\n')
  const changed = { code: 'source', retryable: true, at: expect.stringContaining('a.ndjson') }
  await expect(requireUnchanged({ raw, archive }, { source }, objects)).rejects.toMatchObject(
    changed,
  )
})
