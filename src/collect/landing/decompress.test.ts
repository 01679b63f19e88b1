import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { landBytes, rowsOf } from '../../testing/land-bytes.js'
import { storedZstd } from '../../testing/stored-zstd.js'

const cuts = [1, 7, 64 * 1024]
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `{"n":${from + at}}\n`).join('')
const text = lines(0, 400)

/** Forty lines about three cities, written by the reference encoder at level 19 with a checksum. */
const cities = Buffer.from(
  'KLUv/WQhAyUEAAJGFBqwqQNYkySzHCUporUg/HJt7733TulC5SVzMRH+3bWz3+/Xo6GfczO77Xo5Fr66Nta77WqEzzX2JWkINwhjFAWiVBJpGlIJ+TjIkSpYSkgloSqoEZDlYeu/AcDj4hE4BBEBIjwjDNIPfO0uunJHbGNakWK0o/ULiQ9mEWGsNXslaqPi0hg=',
  'base64',
)
const citiesText = Array.from(
  { length: 40 },
  (_, n) => `{"n": ${n}, "city": "${['Köln', 'Paris', 'Oslo'][n % 3]}"}\n`,
).join('')

const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])

test.each(cuts)('first bytes decide how to unpack, in chunks of %i', async (cut) => {
  const packed: [string, Buffer][] = [
    ['x.ndjson.gz', gzipSync(text)],
    ['x.ndjson', gzipSync(text)],
    ['x.ndjson.gz', Buffer.from(text)],
    ['x.ndjson.zst', gzipSync(text)],
    ['x.ndjson.gz', gzipSync(gzipSync(text))],
    ['x.ndjson.gz', Buffer.concat([gzipSync(lines(0, 100)), gzipSync(lines(100, 400))])],
    ['x.ndjson.gz', Buffer.concat([gzipSync(text), Buffer.alloc(20)])],
    ['x.ndjson.zst', storedZstd(text)],
    [
      'x.ndjson',
      Buffer.concat([skippable, storedZstd(lines(0, 100)), storedZstd(lines(100, 400))]),
    ],
  ]
  for (const [key, content] of packed)
    expect(rowsOf(await landBytes(content, { key }, cut))).toMatchObject({ text, rows: 400 })
  const options = { key: 'cities.ndjson.zst' }
  expect(rowsOf(await landBytes(cities, options, cut)).text).toBe(citiesText)
})

test('a gz or zst cut at any place is refused whole', async () => {
  const gz = gzipSync(text)
  const members = Buffer.concat([gzipSync(lines(0, 50)), gzipSync(lines(50, 90))])
  const stored = storedZstd(text)
  for (const [content, reason] of [
    [gz, 'truncated_gzip'],
    [members.subarray(0, -3), 'truncated_gzip'],
    [cities, 'truncated_zstd'],
    [stored, 'truncated_zstd'],
  ] as const) {
    for (const left of [
      5,
      17,
      18,
      19,
      40,
      content.length >> 1,
      content.length - 5,
      content.length - 1,
    ]) {
      const key = { key: 'x.ndjson.gz' }
      const { landed, text: kept } = await landBytes(content.subarray(0, left), key)
      expect(landed).toMatchObject({ kind: 'unreadable', reason })
      expect(kept).toBeUndefined()
    }
  }
})

test('bytes that do not decompress are refused', async () => {
  const flipped = gzipSync(text)
  flipped[flipped.length - 6]! ^= 0xff
  expect((await landBytes(flipped)).landed).toMatchObject({ reason: 'corrupt_gzip' })
  const tail = Buffer.concat([gzipSync(text), Buffer.from('{"n":1}\n')])
  expect((await landBytes(tail)).landed).toMatchObject({ reason: 'corrupt_gzip' })
  const mixed = Buffer.concat([storedZstd(text), Buffer.from('{"n":1} and more text\n')])
  expect((await landBytes(mixed)).landed).toMatchObject({ reason: 'corrupt_zstd' })
})

test('compression none leaves the bytes alone', async () => {
  const { landed } = await landBytes(gzipSync(text), { compression: 'none' })
  expect(landed).toMatchObject({ reason: 'binary_file', found: 'gz data' })
})
