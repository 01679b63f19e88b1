import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { landBytes } from '../../testing/land-bytes.js'

/** Pieces that make bad files likely: quotes, brackets, line ends, halves of characters, whole records. */
const piece = fc.constantFrom(
  ...['"', '""', ',', ';', '\t', '\n', '\r', '\r\n', '\n\n', '{', '}', '[', ']', ':', '\\', '\\"'],
  ...[
    'a',
    'ü',
    '🚲',
    ' ',
    '\0',
    '"x\ny"',
    '{"a":1}',
    '[{"a":[1]}]',
    '1,2\n',
    '"data":',
    'x'.repeat(30),
  ],
  ...['\ufeff', 'sep=;\n'],
  ...[[0xff], [0xc3], [0xe2, 0x82]].map((bytes) => Buffer.from(bytes)),
)
const content = fc
  .array(piece, { maxLength: 40 })
  .map((pieces) => Buffer.concat(pieces.map((part) => Buffer.from(part))))
const cut = fc.oneof(
  fc.constantFrom(1, 7),
  fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }),
)
const options = fc.record({
  format: fc.constantFrom('auto', 'csv', 'tsv', 'ndjson', 'json' as const),
  maxRecordBytes: fc.constantFrom(10, 40, 1_000_000),
  skipLines: fc.constantFrom(0, 1, 2),
})

const header = 'a,b,c\n'

test('what lands never depends on how the bytes were cut into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      content,
      fc.boolean(),
      options,
      cut,
      async (bytes, headed, settings, sizes) => {
        const whole = headed ? Buffer.concat([Buffer.from(header), bytes]) : bytes
        const expected = await landBytes(whole, settings)
        expect(await landBytes(whole, settings, sizes)).toEqual(expected)
      },
    ),
    { numRuns: 300 },
  )
})

test('nor on whether they were compressed', async () => {
  await fc.assert(
    fc.asyncProperty(content, options, cut, async (bytes, settings, sizes) => {
      const expected = await landBytes(bytes, settings)
      expect(await landBytes(gzipSync(bytes), settings, sizes)).toEqual(expected)
    }),
    { numRuns: 100 },
  )
})

const field = fc.oneof(fc.string(), fc.constantFrom('a,b', 'say "hi"', 'two\nlines', 'ü🚲', ';'))
const enclosed = (text: string) => `"${text.replaceAll('"', '""').replaceAll('\0', '')}"`

test('well-formed CSV lands byte for byte, whatever its fields hold', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(field, field, field)), cut, async (records, sizes) => {
      const lines = records.map((fields) => `${fields.map(enclosed).join(',')}\n`)
      const text = header + lines.join('')
      const { landed, text: found } = await landBytes(text, { key: 'x.csv' }, sizes)
      expect(landed).toMatchObject({ kind: 'rows', rows: records.length, badRows: [] })
      expect(found).toBe(text)
    }),
  )
})

test('JSON values land one a line, equal to themselves, in any layout', async () => {
  const layout = fc.constantFrom(undefined, 1, '\t')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), layout, cut, async (values, space, sizes) => {
      const settings = { format: 'json' } as const
      const { text = '' } = await landBytes(JSON.stringify(values, null, space), settings, sizes)
      const lines = text.split('\n').slice(0, -1)
      expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(values)))
    }),
  )
})
