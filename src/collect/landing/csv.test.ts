import { expect, test } from '@jest/globals'
import { landBytes, rowsOf } from '../../testing/land-bytes.js'

const cuts = [1, 7, 64 * 1024]
const csv = { key: 'export.csv' }

/** Header, landed text and bad rows as [row number, reason], which no cutting may change. */
async function landed(content: string | Buffer, options = {}) {
  const results = []
  for (const cut of cuts)
    results.push(rowsOf(await landBytes(content, { ...csv, ...options }, cut)))
  for (const result of results) expect(result).toEqual(results[0])
  const { header, delimiter, rows, badRows, text } = results[0]!
  const bad = badRows.map(({ rowNumber, reason }) => [rowNumber, reason])
  return { header, delimiter, rows, bad, text }
}

test.each([
  ['a,b\n1,2\n', ','],
  ['Betrag, EUR;Datum;Name\n1,5;x;y\n', ';'],
  ['a\tb\n1\t2\n', '\t'],
  ['a|b\n1|2\n', '|'],
  ['"a;b;c",d\n1,2\n', ','],
  ['alone\n1\n', ','],
  ['sep=;\na,b,c;d\n1;2\n', ';'],
])('the delimiter of %j is %j', async (content, delimiter) => {
  expect(await landed(content)).toMatchObject({ delimiter, rows: 1, bad: [] })
})

test('the header is kept as in the file', async () => {
  const found = await landed('Record ID,"First ""Name""\nline",,Größe\n1,2,3,4\n')
  expect(found.header).toEqual(['Record ID', 'First "Name"\nline', '', 'Größe'])
  expect(found.text).toBe('Record ID,"First ""Name""\nline",,Größe\n1,2,3,4\n')
})

test('a header alone is no empty object', async () => {
  expect(await landed('a,b')).toMatchObject({ header: ['a', 'b'], rows: 0, text: 'a,b\n' })
})

test('quoted line ends, delimiters and quotes stay, other line ends are unified', async () => {
  const found = await landed('a,b\r\n"x\r\n\ny","1,""2"""\r\n\r\n3,4\r5,6')
  expect(found).toMatchObject({ rows: 3, bad: [] })
  expect(found.text).toBe('a,b\n"x\r\n\ny","1,""2"""\n3,4\n5,6\n')
})

test('short records are filled, empty surplus goes, stray quotes are enclosed', async () => {
  const found = await landed('a,b,c\n1\n1,2,3,,""\n5" pipe,"x", y "z"\n1,2,3,4\n7,8,9\n')
  expect(found.text).toBe('a,b,c\n1,,\n1,2,3\n"5"" pipe","x"," y ""z"""\n"",,\n7,8,9\n')
  expect(found).toMatchObject({ rows: 5, bad: [[4, 'too_many_columns']] })
})

test('a record that is no text keeps its place, with quoted line ends before it', async () => {
  const content = Buffer.concat([
    Buffer.from('a,b\n"x\ny",1\n"p\n'),
    Buffer.from([0xff]),
    Buffer.from('\nq",2\nr,3\ns,\0\nt,ü\n'),
  ])
  const found = await landed(content)
  expect(found.text).toBe('a,b\n"x\ny",1\n"",\nr,3\n"",\nt,ü\n')
  expect(found).toMatchObject({
    rows: 5,
    bad: [
      [2, 'invalid_utf8'],
      [4, 'nul_byte'],
    ],
  })
})

test('quotes that do not fit cost one line, not the records after it', async () => {
  const misfit = await landed('a,b\n1,"x" y\n2,3\n"open,4\n5,6\n"7",8\n')
  expect(misfit.text).toBe('a,b\n"",\n2,3\n"",\n5,6\n"7",8\n')
  expect(misfit.bad).toEqual([
    [1, 'malformed_quote'],
    [3, 'malformed_quote'],
  ])
  const open = await landed('a,b\n1,2\n"open,3\r\n4,5\n6,7')
  expect(open.text).toBe('a,b\n1,2\n"",\n4,5\n6,7\n')
  expect(open.bad).toEqual([[2, 'unclosed_quote']])
})

test('a record over the limit costs one line', async () => {
  const long = 'x'.repeat(60)
  const content = `a,b\n1,2\n${long},3\n4,5\n"${long}\n6",7\n8,9\n`
  const found = await landed(content, { maxRecordBytes: 40 })
  expect(found.bad).toEqual([
    [2, 'record_too_long'],
    [4, 'record_too_long'],
  ])
  expect(found.text).toBe('a,b\n1,2\n"",\n4,5\n"",\n"6""",7\n8,9\n')
  expect((await landed(content, { maxRecordBytes: 66 })).bad).toEqual([])
})

test('TSV knows no quotes; the landed file encloses them', async () => {
  const options = { format: 'tsv', columns: ['id', 'context', 'page'] }
  const found = await landed('1\t{"a":"b"}\t"open\n2\t\tx,y\n3', options)
  expect(found).toMatchObject({ header: options.columns, delimiter: '\t', rows: 3, bad: [] })
  expect(found.text).toBe('id\tcontext\tpage\n1\t"{""a"":""b""}"\t"""open"\n2\t\tx,y\n3\t\t\n')
})

test('columns given stand for a header that is not there', async () => {
  const found = await landed('1;2\n3;4\n', { columns: ['a', 'b'] })
  expect(found).toMatchObject({ header: ['a', 'b'], delimiter: ';', text: 'a;b\n1;2\n3;4\n' })
})

test('a single column keeps its empty values apart from blank lines', async () => {
  expect((await landed('a\n""\n\nx,\ny\n')).text).toBe('a\n""\nx\ny\n')
})

test.each([
  [Buffer.from([0x4e, 0xe4, 0x2c, 0x62, 0x0a, 0x31, 0x2c, 0x32]), 'bytes that are not UTF-8'],
  ['"a,b\n1,2\n', 'a quote that is never closed'],
  ['"a"b,c\n1,2\n', 'text after a closing quote'],
])('the header of %j is refused', async (content, found) => {
  for (const cut of cuts) {
    const refused = await landBytes(content, csv, cut)
    const landed = { kind: 'unreadable', reason: 'bad_header', found, line: 1 }
    expect(refused).toMatchObject({ landed, text: undefined })
  }
})
