import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { SourceConfig } from '../config.js'
import { openStorage } from '../storage/storage.js'
import { foldersWithColons } from './colon-names.js'
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

/** What is told of one object, and what the cluster was given of it; no file of ours stays. */
async function examined(key: string, body: string | Buffer, given: Partial<SourceConfig> = {}) {
  const { raw, archive } = zones()
  await raw.write(key, Buffer.from(body))
  const objects = await listExports(raw, { source })
  const taken: string[] = []
  const takeFile = async (file: string) => {
    taken.push(await readFile(file, 'utf8'))
    return 'of the cluster'
  }
  const options = {
    folder: path.join(folder, 'work'),
    parallelDownloads: 2,
    takeFile,
    foldersWithColons: foldersWithColons([...objects.map((object) => object.key), 'colons/10:00']),
  }
  const [only] = await examineBatch({ raw, archive }, objects, { ...source, ...given }, options)
  expect(await readdir(options.folder)).toEqual([])
  return { landed: only?.landed, why: only?.landedBecause, taken }
}

const inPlace = (key: string) => ({
  path: expect.stringMatching(new RegExp(`raw/${key}$`)),
  badRows: [],
  asExported: expect.objectContaining({ maxRecordBytes: 16 * 1024 * 1024 }),
})

const csv = 'Id;The Name\n1;"two\nlines"\n'
const ndjson = '{"id":1}\n{"id":2}\n'

test('of a CSV, header and delimiter are told, and where it lies', async () => {
  const found = { kind: 'rows', format: 'csv', delimiter: ';', header: ['Id', 'The Name'] }
  const told = await examined('a.csv', csv)
  expect(told.landed).toEqual({ ...found, ...inPlace('a.csv'), bytes: csv.length })
  expect(told.landed).toMatchObject({ asExported: { quoted: true, hasHeader: true } })
})

test('a compressed object is told by its first bytes, however long it is', async () => {
  const long = `${ndjson}${`{"id":${'1'.repeat(200)}}\n`.repeat(20_000)}`
  const { landed } = await examined('b.json.gz', gzipSync(long))
  expect(landed).toMatchObject({ kind: 'rows', format: 'ndjson', ...inPlace('b.json.gz') })
})

test('Parquet is known by its first bytes', async () => {
  const { landed } = await examined('c.bin', 'PAR1…')
  expect(landed).toMatchObject({ kind: 'rows', format: 'parquet', ...inPlace('c.bin') })
})

test('an export without header has the columns that its preset names', async () => {
  const tsv = { format: 'tsv', preset: 'snowplow' } as const
  const { landed } = await examined('d.tsv', 'shop\tweb\n', tsv)
  expect(landed).toMatchObject({ asExported: { quoted: false, hasHeader: false } })
  expect(landed).toMatchObject({ format: 'csv', header: expect.arrayContaining(['app_id']) })
})

test('nothing is empty, and an error page is refused', async () => {
  expect((await examined('d.ndjson', '')).landed).toEqual({ kind: 'empty' })
  await rm(path.join(folder, 'raw'), { recursive: true })
  const { landed, taken } = await examined('e.csv', '<!DOCTYPE html><html></html>')
  expect(landed).toMatchObject({ kind: 'unreadable', reason: 'html_page' })
  expect(taken).toEqual([])
})

const array = '[{"id":1},{"id":2}]'
const latin1 = Buffer.from('Id\nä\n', 'latin1')
const asArray = { records_path: '$.rows' }
const inLatin1 = { encoding: 'latin1' }

test.each([
  ['a list in JSON', 'f.json', array, {}, 'JSON that is not one record a line', ndjson],
  ['an envelope', 'f.json', `{"rows":${array}}`, asArray, 'records_path', ndjson],
  ['gz under another name', 'g.ndjson', gzipSync(ndjson), {}, 'compression', ndjson],
  ['another content under .gz', 'h.ndjson.gz', ndjson, {}, 'compression', ndjson],
  ['gz in gz', 'h.ndjson.gz', gzipSync(gzipSync(ndjson)), {}, 'compression', ndjson],
  ['UTF-16', 'j.csv', Buffer.from('\ufeffId\nä\n', 'utf16le'), {}, 'encoding', 'Id\nä\n'],
  ['another encoding', 'j.csv', latin1, inLatin1, 'encoding', 'Id\nä\n'],
  ['title lines', 'j.csv', 'May\nId\nä\n', { skip_lines: 1 }, 'skip_lines', 'Id\nä\n'],
  ['a hidden name', '_k.ndjson', ndjson, {}, 'a name that clusters do not list', ndjson],
  ['a name with a colon', '10:00/k.ndjson', ndjson, {}, 'a colon in a name of its folder', ndjson],
  ['a name beside one', 'colons/k.ndjson', ndjson, {}, 'a colon in a name of its folder', ndjson],
  ['a name without', 'a//k.ndjson', ndjson, {}, 'a name that clusters do not list', ndjson],
])('%s passes through this process', async (_, key, body, given, why, lines) => {
  const told = await examined(key, body, given)
  expect(told).toMatchObject({ why, landed: { kind: 'rows', path: 'of the cluster' } })
  expect(told.taken).toEqual([lines])
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
