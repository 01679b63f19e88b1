import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { landBytes, rowsOf } from '../../testing/land-bytes.js'
import { landObject } from './land-object.js'

const line = '{"a":1}\n'
const cuts = [1, 7, 64 * 1024]

test.each([
  ['', 'export.csv'],
  ['', 'folder/'],
  ['anything', 'folder/'],
  ['', 'old_$folder$'],
  ['\n\n', 'export.ndjson'],
  ['\ufeff', 'export.csv'],
  ['[]', 'export.json'],
])('nothing in %j named %s is empty', async (content, key) => {
  expect(await landBytes(content, { key })).toEqual({ landed: { kind: 'empty' }, text: undefined })
})

test.each([
  ['<!DOCTYPE html><html><title>503</title></html>', 'export.json', 'html_page', 1],
  ['\n\n<HTML>', 'export.csv', 'html_page', 3],
  ['<?xml version="1.0"?><html xmlns="x">', 'export.ndjson', 'html_page', 1],
  ['<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>', 'a.json', 'xml_error', 1],
  ['<Error><Code>SlowDown</Code></Error>', 'export.csv', 'xml_error', 1],
  ['Service Unavailable', 'export.json', 'not_json', 1],
  ['PK\x03\x04 rest', 'export.csv', 'binary_file', undefined],
])('%j saved as %s is refused', async (content, key, reason, at) => {
  const { landed, text } = await landBytes(content, { key })
  expect(landed).toMatchObject({ kind: 'unreadable', reason, remedy: expect.stringMatching(/\.$/) })
  expect('line' in landed ? landed.line : undefined).toBe(at)
  expect(text).toBeUndefined()
})

test('an XML error names its code', async () => {
  const { landed } = await landBytes('<Error><Code>AccessDenied</Code></Error>')
  expect(landed).toMatchObject({ found: 'an XML error reply (AccessDenied)' })
})

test.each(cuts)('a page under gzip is still seen, in chunks of %i', async (cut) => {
  const { landed } = await landBytes(gzipSync('<html>'), { key: 'x.json.gz' }, cut)
  expect(landed).toMatchObject({ kind: 'unreadable', reason: 'html_page' })
})

test.each([
  ['export.json', line + line, 'ndjson', 2],
  ['export.json', '[{"a":1},{"a":2},{"a":3}]', 'ndjson', 3],
  ['export.json', '{\n "a": 1\n}', 'ndjson', 1],
  ['export.json', '[{"a":1},{"a":2}]\n[{"a":3}]\n', 'ndjson', 3],
  ['bodies.ndjson', '[{"a":1},{"a":2}]\n[{"a":3}]\n', 'ndjson', 3],
  ['export.jsonl', '[{"a":1},{"a":2}]\n', 'ndjson', 2],
  ['part-0000', '{"a":1}\n{"a":\n', 'ndjson', 2],
  ['part-0000.GZ', 'a,b\n1,2\n', 'csv', 1],
  ['export.txt', 'a|b\n1|2\n', 'csv', 1],
  ['export.tsv', 'a\tb\n1\t2\n', 'csv', 1],
])('%s holding %j is read as it looks', async (key, content, format, rows) => {
  expect(rowsOf(await landBytes(content, { key }))).toMatchObject({ format, rows, badRows: [] })
})

const parquet = Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(40), Buffer.from('PAR1')])

test.each(cuts)('Parquet passes whole, in chunks of %i', async (cut) => {
  const { landed, text } = await landBytes(parquet, { key: 'x.csv' }, cut)
  expect(landed).toEqual({ kind: 'rows', format: 'parquet', path: '', bytes: 48, badRows: [] })
  expect(text).toBe(parquet.toString('utf8'))
})

test('Parquet that is cut, encrypted or none is refused', async () => {
  const cut = await landBytes(parquet.subarray(0, 30), { key: 'x.parquet' })
  expect(cut).toMatchObject({ landed: { reason: 'truncated_parquet' }, text: undefined })
  const encrypted = Buffer.from('PARE.............PARE')
  const found = await landBytes(encrypted, { format: 'parquet' })
  expect(found.landed).toMatchObject({ reason: 'not_parquet', found: 'an encrypted Parquet file' })
  expect((await landBytes('a,b\n', { key: 'x.parquet' })).landed).toMatchObject({
    reason: 'not_parquet',
  })
  expect((await landBytes(parquet, { format: 'csv' })).landed).toMatchObject({ found: 'Parquet' })
})

test('an I/O error is thrown, and leaves no file', async () => {
  const broken = Readable.from(
    (function* () {
      yield Buffer.from(line)
      throw new Error('connection reset')
    })(),
  )
  const options = { key: 'x.ndjson', format: 'auto', compression: 'auto' } as const
  await expect(landObject(broken, '/nonexistent/x', options)).rejects.toThrow('connection reset')
  const late = Readable.from(
    (async function* () {
      for (let chunk = 0; chunk < 40; chunk += 1) yield Buffer.from(line.repeat(1000))
      throw new Error('connection reset')
    })(),
  )
  await expect(landObject(late, '/nonexistent/x', options)).rejects.toThrow()
  const missing = landObject(Readable.from([Buffer.from(line)]), '/nonexistent/x', options)
  await expect(missing).rejects.toThrow('ENOENT')
})
