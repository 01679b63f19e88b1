import { expect, test } from '@jest/globals'
import { landBytes, rowsOf } from '../../testing/land-bytes.js'

const cuts = [1, 7, 64 * 1024]
const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)))
const ndjson = { key: 'x.ndjson' }

const utf16 = (text: string, bigEndian: boolean): Buffer => {
  const little = Buffer.from(text, 'utf16le')
  return bigEndian ? little.swap16() : little
}

test.each(cuts)('byte-order marks go and UTF-16 is decoded, in chunks of %i', async (cut) => {
  const text = 'Name;Stadt\nJürgen;Köln 🚲\n'
  for (const content of [
    bytes([0xef, 0xbb, 0xbf], text),
    utf16(`\ufeff${text}`, false),
    utf16(`\ufeff${text}`, true),
    utf16(text, false),
    utf16(text, true),
  ]) {
    const landed = rowsOf(await landBytes(content, { key: 'x.csv' }, cut))
    expect(landed).toMatchObject({ header: ['Name', 'Stadt'], delimiter: ';', text })
  }
})

test('UTF-16 that is cut inside a character is refused', async () => {
  const content = utf16('\ufeffa,b\n1,2\n', false)
  const { landed } = await landBytes(content.subarray(0, -1), { key: 'x.csv' })
  expect(landed).toMatchObject({ kind: 'unreadable', reason: 'invalid_encoding' })
})

const latin = [0x4a, 0xfc, 0x72, 0x67, 0x65, 0x6e] // Jürgen
test.each([
  ['windows-1252', [...latin, 0x20, 0x80, 0x93, 0x9f], 'Jürgen €“Ÿ'],
  ['latin1', latin, 'Jürgen'],
  ['iso-8859-15', [0xa4], '€'],
  ['shift_jis', [0x93, 0xfa, 0x96, 0x7b], '日本'],
  ['utf-16be', [0x20, 0xac], '€'],
])('text in %s is decoded', async (encoding, word, text) => {
  const wide = (ascii: string): number[] =>
    encoding === 'utf-16be' ? [...utf16(ascii, true)] : [...Buffer.from(ascii)]
  const content = bytes(wide('Name,n\n'), word, wide(',1\n'))
  for (const cut of cuts) {
    const landed = rowsOf(await landBytes(content, { key: 'x.csv', encoding }, cut))
    expect(landed).toMatchObject({ text: `Name,n\n${text},1\n`, rows: 1, badRows: [] })
  }
})

test('a byte-order mark tells more than the config', async () => {
  const content = bytes([0xef, 0xbb, 0xbf], 'Name\nJürgen\n')
  const landed = rowsOf(await landBytes(content, { key: 'x.csv', encoding: 'windows-1252' }))
  expect(landed).toMatchObject({ text: 'Name\nJürgen\n', badRows: [] })
})

test('text that is not of the configured encoding is refused as a whole', async () => {
  const content = bytes('a\n', [0x93], '\n')
  const { landed } = await landBytes(content, { key: 'x.csv', encoding: 'shift_jis' })
  expect(landed).toMatchObject({ kind: 'unreadable', reason: 'invalid_encoding' })
})

test.each(cuts)('lines end as they like, blank ones do not count, in chunks of %i', async (cut) => {
  const landed = rowsOf(await landBytes('\n{"a":1}\r\n\r\n\n{"a":2}\r{"a":3}', ndjson, cut))
  expect(landed).toMatchObject({ text: '{"a":1}\n{"a":2}\n{"a":3}\n', rows: 3, badRows: [] })
})

test.each(cuts)('a line that is no text keeps its place, in chunks of %i', async (cut) => {
  const content = bytes('{"a":"ü"}\n{"a":"', [0xc3, 0x28], '"}\n\n{"a":"\0"}\n{"a":"', [0xe2, 0x82])
  const landed = rowsOf(await landBytes(content, ndjson, cut))
  expect(landed.text).toBe('{"a":"ü"}\n{}\n{}\n{}\n')
  expect(landed).toMatchObject({
    rows: 4,
    badRows: [
      { rowNumber: 2, reason: 'invalid_utf8' },
      { rowNumber: 3, reason: 'nul_byte' },
      { rowNumber: 4, reason: 'invalid_utf8' },
    ],
  })
})

test.each(cuts)('a line over the limit is a bad row, in chunks of %i', async (cut) => {
  const long = `{"a":"${'x'.repeat(50)}"}`
  const content = `{"a":1}\n${long}\n{"a":2}\n${long}`
  const options = { ...ndjson, maxRecordBytes: 40 }
  const landed = rowsOf(await landBytes(content, options, cut))
  expect(landed.text).toBe('{"a":1}\n{}\n{"a":2}\n{}\n')
  expect(landed.badRows).toEqual([
    { rowNumber: 2, reason: 'record_too_long' },
    { rowNumber: 4, reason: 'record_too_long' },
  ])
  const exact = rowsOf(await landBytes(content, { ...ndjson, maxRecordBytes: long.length }, cut))
  expect(exact.badRows).toEqual([])
})

test('a 5 MB line passes, in NDJSON, JSON and CSV', async () => {
  const long = 'x'.repeat(5_000_000)
  const body = `{"a":"${long}"}`
  const lines = rowsOf(await landBytes(`${body}\n{}\n`, ndjson))
  expect(lines).toMatchObject({ rows: 2, badRows: [], text: `${body}\n{}\n` })
  const array = rowsOf(await landBytes(`[${body},{}]`, { key: 'x.json' }))
  expect(array).toMatchObject({ rows: 2, badRows: [], text: `${body}\n{}\n` })
  const unnamed = rowsOf(await landBytes(`${body}\n{}\n`, { key: 'x.json' }))
  expect(unnamed).toMatchObject({ rows: 2, badRows: [], text: `${body}\n{}\n` })
  const csv = rowsOf(await landBytes(`a,b\n"${long}\n",1\n2,3\n`, { key: 'x.csv' }))
  expect(csv).toMatchObject({ rows: 2, badRows: [], text: `a,b\n"${long}\n",1\n2,3\n` })
})

test('malformed JSON lines pass as they are', async () => {
  const content = '{"a":"\n}]"\nplain\n'
  expect(rowsOf(await landBytes(content, ndjson))).toMatchObject({ text: content, rows: 3 })
})

test.each(cuts)('the first lines can be skipped, in chunks of %i', async (cut) => {
  const content = 'Campaign report\r\n"1 May"\r\nDay,Cost\r\n2024-05-01,3\r\n'
  const landed = rowsOf(await landBytes(content, { key: 'x.csv', skipLines: 2 }, cut))
  expect(landed).toMatchObject({ header: ['Day', 'Cost'], text: 'Day,Cost\n2024-05-01,3\n' })
})
