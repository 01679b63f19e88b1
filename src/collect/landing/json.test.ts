import { expect, test } from '@jest/globals'
import { landBytes, rowsOf } from '../../testing/land-bytes.js'

const cuts = [1, 7, 64 * 1024]
const json = { key: 'export.json', format: 'json' } as const

test.each<[string, string]>([
  ['[{"a":1},{"a":2}]', '{"a":1}\n{"a":2}\n'],
  ['\n [\n  {"a":\n 1}\n ,\n {"b":[1,\r\n2]}\n]\n', '{"a":  1}\n{"b":[1,  2]}\n'],
  ['{\n  "a": {"b": []}\n}\n', '{   "a": {"b": []} }\n'],
  ['{"a":1}{"a":2}\n{"a":3}', '{"a":1}\n{"a":2}\n{"a":3}\n'],
  ['[[{"a":1},{"a":2}],[{"a":3}]]', '[{"a":1},{"a":2}]\n[{"a":3}]\n'],
  ['[{"a":1}]\n[{"a":2}]', '{"a":1}\n{"a":2}\n'],
  ['{"tickets": [{"a":1}]}', '{"tickets": [{"a":1}]}\n'],
  ['[1, "x,]", null , true]', '1\n"x,]"\nnull \ntrue\n'],
  ['[{"a":"}]{[\\"\\\\"},{"ü":"\\\\\\""}]', '{"a":"}]{[\\"\\\\"}\n{"ü":"\\\\\\""}\n'],
])('%j gives a line a record', async (content, text) => {
  for (const cut of cuts) {
    const landed = rowsOf(await landBytes(content, json, cut))
    expect(landed).toMatchObject({ text, rows: text.split('\n').length - 1, badRows: [] })
  }
})

test('a raw line end inside a string stays refusable, and on one line', async () => {
  const landed = rowsOf(await landBytes('[{"a":"x\ny"},{"a":1}]', json))
  expect(landed.text).toBe('{"a":"x\ty"}\n{"a":1}\n')
})

test('an element that is no text keeps its place', async () => {
  const content = Buffer.concat([
    Buffer.from('[{"a":"'),
    Buffer.from([0xff]),
    Buffer.from('"},{}]'),
  ])
  expect(rowsOf(await landBytes(content, json))).toMatchObject({
    text: '{}\n{}\n',
    badRows: [{ rowNumber: 1, reason: 'invalid_utf8' }],
  })
})

test.each([
  ['[{"a":1},\n{"a":2', 2],
  ['[{"a":1},\n{"a":2}\n', 3],
  ['{"a":"x', 1],
  ['{\n"a": [1, 2}\n', 3],
  ['[1,2', 1],
])('%j is cut', async (content, line) => {
  for (const cut of cuts) {
    const found = await landBytes(content, json, cut)
    const landed = { kind: 'unreadable', reason: 'truncated_json', line }
    expect(found).toMatchObject({ landed, text: undefined })
  }
})

test.each([
  ['{"a":1}\n}', 2],
  ['[1]]', 1],
])('%j closes what is not open', async (content, line) => {
  const { landed } = await landBytes(content, json)
  expect(landed).toMatchObject({ kind: 'unreadable', reason: 'malformed_json', line })
})

test.each<[string, string, string]>([
  ['$.tickets', '{"count":2,"tickets":[{"a":1},[2]],"next":null}', '{"a":1}\n[2]\n'],
  ['$.data.items', '{"x":{"items":[9]},"data":{"n":[1],"items":[{"a":1}]}}', '{"a":1}\n'],
  ['$.data', '{"data":{"a":1},"more":{"data":[2]}}', '{"a":1}\n'],
  ['$.data', '{"data":[1]}\n{"data":[2,3],"k\\\\\\"]":"]"}', '1\n2\n3\n'],
  ['$.data', '[{"data":[1]},{"data":[]},{"data":[2]}]', '1\n2\n'],
])('records at %s of %j', async (recordsPath, content, text) => {
  for (const cut of cuts) {
    const landed = rowsOf(await landBytes(content, { key: 'x.json', recordsPath }, cut))
    expect(landed).toMatchObject({ text, badRows: [] })
  }
})

test.each([
  ['{"error":"rate limited"}', 1],
  ['{"data":[1]}\n{"error":"rate limited"}', 2],
  ['[{"data":[1]},\n7]', 2],
])('%j lacks the records path', async (content, line) => {
  const { landed } = await landBytes(content, { ...json, recordsPath: '$.data' })
  expect(landed).toMatchObject({ kind: 'unreadable', reason: 'records_not_found', line })
})
