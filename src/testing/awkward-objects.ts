import { gzipSync } from 'node:zlib'
import { logObjectKey } from '../collect/log-objects.js'
import type { SourceConfig } from '../config.js'
import { traps } from './bad-input.js'
import { storedZstd } from './stored-zstd.js'

/** Sources that keep every record as it is, whatever their objects are. */
export const awkwardSources = {
  any: { preset: 'as_is', prefix: 'any/' },
  latin1: { preset: 'as_is', prefix: 'latin1/', encoding: 'windows-1252' },
  titled: { preset: 'as_is', prefix: 'titled/', skip_lines: 1 },
  enveloped: { preset: 'as_is', prefix: 'enveloped/', records_path: '$.rows' },
  tabs: { preset: 'as_is', prefix: 'tabs/', format: 'tsv' },
  renamed: {
    preset: 'as_is',
    prefix: 'renamed/',
    columns: { customer: 'user.id', event: 'What' },
  },
  log: { preset: 'as_is', topic: 'events', prefix: 'log/' },
} satisfies Record<string, SourceConfig>

const list = '[{"id":1},{"id":2}]'
const lines = '{"id":1}\n\n{"id":2}\r\n{"id"\n3\n'
const mark = '\u{feff}'
const bytes = (...parts: (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)))
const noUtf8 = [0xff, 0xfe]
const surrogate = [0xed, 0xa0, 0x80]
const long = 'x'.repeat(16 * 1024 * 1024)
const packed = gzipSync(Array.from({ length: 2000 }, (_, id) => `{"id":${id}}\n`).join(''))
const corrupt = Buffer.from(packed).fill(0, 1000, 1100)

/** Objects below `any/` that a cluster reads where they lie. */
const inPlace: Readonly<Record<string, string | Buffer>> = {
  'plain.csv': 'Id,Name\n1,a\n2,"b, c"\n3\n4,d,,\n5,e,f\n6,"g ""h"""\n7,"""i"""\n8,""\n\n9,,,x\n',
  'records.csv': 'Id,"The\nName"\r\n1,"two\r\nlines"\r\n2,"a\n\n""b"""\r\n3,"x\n",y\r\n4\r\n',
  'semicolons.csv': 'Id;Name\n1;"a;b"\n2;c,d\n',
  'bars.csv': 'Id|Name\n1|"a|b"\n2|c,d\n3|"\n"\n',
  'bytes.csv': bytes('Id,Name\n1,', noUtf8, '\n2,"', noUtf8, '"\n3,a\0b\n4,', surrogate, '\n5,e\n'),
  'mark.csv': `${mark}Id,Name\n1,a\n`,
  'header.csv': 'Id,Name\n',
  'bytes.ndjson': bytes('{"a":"', noUtf8, '"}\n{"b":"\0"}\n{"c":"', surrogate, '"}\n{"d":1}\n'),
  'mark.ndjson': mark + lines,
  'mark.ndjson.gz': gzipSync(mark + lines),
  'twice.ndjson.gz': Buffer.concat([gzipSync(lines), gzipSync(lines)]),
  'long.ndjson': `${lines}{"a":"${long}"}\n{"id":4}\n`,
  'tabs.tsv': 'Id\tName\n1\t"a\n2\tb\tc\n3\td\t\n4\n5\t""\n6\te\t""\n',
  'day=2024-03-01/hour=07/a b+c%,{d}.ndjson': lines,
  'colons/below/a.ndjson': lines,
  'colons/below/b.ndjson': lines,
}

/** Objects below `any/` that pass through this process, and why. */
const passed: Readonly<Record<string, readonly [why: string, body: string | Buffer]>> = {
  'unclosed.csv': ['found', 'Id,Name\n1,"a\n2,b\n3,c\n'],
  'after-quote.csv': ['found', 'Id,Name\n1,"a"b\n2,c\n3,"d\ne"\n'],
  'carriage-returns.csv': ['found', 'Id,Name\n1,a\r2,"b\rc"\r3\n'],
  'surplus.csv': ['found', 'Id,Name\n1,a,""\n2,b,""""\n'],
  'stray.csv': ['found', 'Id,Name\n1,5" pipe\n2,a "b" c\n3,d\n'],
  'cut.ndjson.gz': ['found', packed.subarray(0, 2000)],
  'corrupt.ndjson.gz': ['compression', corrupt],
  'excel.csv': ['a first line that names', 'sep=;\nId;Name\n1;a\n'],
  'utf16.csv': ['encoding', Buffer.from(`${mark}Id,Name\n1,ä\n`, 'utf16le')],
  'list.json': ['JSON that is not', list],
  'object.json': ['JSON that is not', JSON.stringify({ id: 1, list: [1] }, undefined, 2)],
  'packed.ndjson.zst': ['compression', storedZstd(lines)],
  'packed.ndjson': ['compression', gzipSync(lines)],
  'plain.ndjson.gz': ['compression', lines],
  '_hidden.ndjson': ['a name that clusters do not', lines],
  '.hidden.csv': ['a name that clusters do not', 'Id,Name\n1,a\n'],
  'blank.csv': ['no records in', '\n\n'],
  'bad.ndjson.zst': ['compression', storedZstd('{"a":1}\n{"a":"\0"}\n{"a"\n{"a":4}\n')],
  'colons/2024-03-01T10:00:00.ndjson': ['a colon in', lines],
  'colons/2024-03-01T11:00:00.ndjson': ['a colon in', lines],
  'colons/beside.ndjson': ['a colon in', lines],
}

const offset = (first: number) => logObjectKey({ topic: 'events', partition: 0, first })

/** What lies in the archive of logs. */
export const archivedObjects: Readonly<Record<string, string>> = {
  [offset(5)]: '{"id":5}\n\n\nno JSON\n{"id":9}\n',
  [offset(11)]: ' \n{"id":12}\n',
}

/** What lies in the raw zone. */
export const awkwardObjects: Readonly<Record<string, string | Buffer>> = {
  ...keyed('any/', inPlace),
  ...keyed(
    'any/',
    Object.fromEntries(Object.entries(passed).map(([key, [, body]]) => [key, body])),
  ),
  ...keyed('any/', trapObjects()),
  'latin1/a.csv': Buffer.from('Id,Name\n1,Käse\n2,\u0080\n', 'latin1'),
  'titled/a.csv': 'Report of May\nId,Name\n1,a\n',
  'enveloped/a.json': `{"rows":${list},"next":null}`,
  'enveloped/none.json': '{"error":"no rights"}',
  'tabs/a.txt': 'shop\t"web\n\nother\tapp\tmore\n',
  'renamed/a.ndjson': [
    '{"user":{"id":"u1","plan":"gold"},"What":"visit","event":"old","z":[1]}',
    '{"What":null,"user":{"id":7}}',
    '{"user":{"id":{"x":1}},"What":"a\\"b"}',
    '{"What"',
    '{"user":{"id":null},"customer":"kept by none"}',
    '{"What":"dropped"}',
  ].join('\n'),
  'renamed/a.csv': 'What,User.ID\nvisit,u2\n',
  'renamed/missing.csv': 'What,Other\nvisit,u2\n',
  'log/exported.ndjson': lines,
}

/** Keys of the objects that pass through this process, and how the reason begins. */
export const passing: Readonly<Record<string, string>> = {
  ...keyed('any/', Object.fromEntries(Object.entries(passed).map(([key, [why]]) => [key, why]))),
  'any/cut.parquet': 'found',
  'any/corrupt.parquet': 'found',
  'any/a[1].parquet': 'a name that clusters take',
  'any/a_5_mb_line/a.ndjson': 'a first line of',
  'any/a_truncated_gz/a.csv.gz': 'found',
  'any/an_html_error_page_saved_as_json/a.json': 'JSON that is not',
  'latin1/a.csv': 'encoding',
  'titled/a.csv': 'skip_lines',
  'enveloped/a.json': 'records_path',
  'enveloped/none.json': 'records_path',
}

function trapObjects(): Record<string, string | Buffer> {
  return Object.fromEntries(
    Object.entries(traps).flatMap(([title, { file, body, also }]) => {
      const folder = title.replaceAll(/[^a-z0-9]+/gi, '_').toLowerCase()
      const objects: [string, string | Buffer][] = [[`${folder}/${file}`, body]]
      return also === undefined ? objects : [...objects, [`${folder}/other.csv`, also]]
    }),
  )
}

function keyed<T>(prefix: string, objects: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(objects).map(([key, body]) => [prefix + key, body]))
}
