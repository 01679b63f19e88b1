import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Engine } from '../../engines/engine.js'
import { withEngine } from '../../testing/engine.js'
import { type LandedRows, type LandingOptions, landObject } from './land-object.js'
import { snakeCaseKeys } from './snake-case.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'throughline-landing-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Lands the content, opens it as `raw` and gives what the query makes of it. */
async function readBack(
  content: string | Buffer,
  options: Partial<LandingOptions>,
  query: string,
): Promise<{ landed: LandedRows; rows: unknown[]; found: number; rejected: unknown[] }> {
  const settings = { key: 'x', format: 'auto', compression: 'auto', ...options } as const
  const body = Readable.from([Buffer.from(content)])
  const landed = await landObject(body, path.join(folder, 'object'), settings)
  if (landed.kind !== 'rows') throw new Error(JSON.stringify(landed))
  return withEngine({}, async (engine: Engine) => {
    const file = {
      path: landed.path,
      format: landed.format,
      objectId: 'o',
      loadedAt: '2025-01-01T00:00:00',
      ...(landed.delimiter === undefined ? {} : { delimiter: landed.delimiter }),
      ...(landed.header === undefined ? {} : { keys: snakeCaseKeys(landed.header) }),
    }
    const { objects, select } = await engine.openRaw([file], query)
    const rows = await engine.query(select)
    const rejected = await engine.query(
      'select row_number, reason from raw_rejected order by row_number',
    )
    expect(objects).toEqual([
      { objectId: 'o', rows: expect.any(Number), rejected: rejected.length },
    ])
    return { landed, rows, found: objects[0]!.rows, rejected }
  })
}

const payloads = 'select row_number, payload from raw order by row_number'

test('CSV is read field by field as it was written', async () => {
  const content = Buffer.from(
    '\ufeffName;Größe;Note\r\n"x\r\n\n;y";1,5;5" pipe\r\nüç\r\n\r\n"say ""hi""";2;\'q\' \\" {}\r\n,,\r\n\0;;\r\n#;"";z',
  )
  const { landed, rows, found, rejected } = await readBack(content, { key: 'x.csv' }, payloads)
  expect(rejected).toEqual([])
  expect(found).toBe(landed.rows)
  expect(landed.badRows).toEqual([{ rowNumber: 5, reason: 'nul_byte' }])
  const values = (rows as { payload: string }[]).map(({ payload }) => JSON.parse(payload))
  expect(values.map((value) => Object.values(value).map((text) => text ?? ''))).toEqual([
    ['x\r\n\n;y', '1,5', '5" pipe'],
    ['üç', '', ''],
    ['say "hi"', '2', "'q' \\\" {}"],
    [',,', '', ''],
    ['', '', ''],
    ['#', '', 'z'],
  ])
  expect(Object.keys(values[0])).toEqual(['name', 'größe', 'note'])
})

test('TSV with quotes is read as it was written', async () => {
  const options = { format: 'tsv', columns: ['id', 'context'] } as const
  const { rows } = await readBack('1\t{"a":"b"}\n2\t"open\n3\t\n', options, payloads)
  const values = (rows as { payload: string }[]).map(({ payload }) => JSON.parse(payload).context)
  expect(values.map((text) => text ?? '')).toEqual(['{"a":"b"}', '"open', ''])
})

test('a single column keeps its row numbers', async () => {
  const { landed, found } = await readBack('a\nx\n""\n\0\n\ny\n', { key: 'x.csv' }, payloads)
  expect(found).toBe(4)
  expect(landed).toMatchObject({ rows: 4, badRows: [{ rowNumber: 3, reason: 'nul_byte' }] })
})

test('NDJSON keeps its rows, malformed and 5 MB ones included', async () => {
  const long = `{"a":"${'x'.repeat(5_000_000)}"}`
  const content = `{"a":"\\u0000, \\"q"}\r\n\r\n{"a":\n[1,2]\n${long}\n"s\ts"\n{"b":2}`
  const { landed, rows, found, rejected } = await readBack(
    content,
    { key: 'x.ndjson' },
    'select row_number, length(payload) as size from raw order by row_number',
  )
  expect(found).toBe(landed.rows)
  expect(rejected).toEqual([
    { row_number: '2', reason: 'malformed_json' },
    { row_number: '5', reason: 'malformed_json' },
  ])
  expect(rows).toEqual([
    { row_number: '1', size: '19' },
    { row_number: '3', size: '5' },
    { row_number: '4', size: String(long.length) },
    { row_number: '6', size: '7' },
  ])
})

test('rows keep their numbers where a file is read in parallel and quotes hold whole records', async () => {
  const inner = '\n1,2,3\n'.repeat(20)
  const count = 120_000
  const records = Array.from({ length: count }, (_, at) => `${at + 1},"${at}""","${inner}"\n`)
  const { rows, found, rejected } = await readBack(
    `a,b,c\n${records.join('')}`,
    { key: 'x.csv' },
    `select count(*) as n, count_if(row_number = cast(get_json_object(payload, '$.a') as bigint)) as placed from raw`,
  )
  expect(rejected).toEqual([])
  expect(found).toBe(count)
  expect(rows).toEqual([{ n: String(count), placed: String(count) }])
})
