import { gzipSync } from 'node:zlib'
import type { SourceConfig } from '../config.js'

const columns = { customer: 'Customer', event: 'What', time: 'When', revenue: 'Amount' }
/** What a trap's source says. */
export const log = (more: Partial<SourceConfig> = {}): Omit<SourceConfig, 'prefix'> => ({
  preset: 'event_log',
  columns,
  ...more,
})
const header = 'Customer,What,When,Amount\n'
const good = 'c1,visit,2024-03-01T10:00:00Z,\n'
const line = (fields: object): string => `${JSON.stringify(fields)}\n`
const event = { Customer: 'c1', What: 'visit', When: '2024-03-01T10:00:00Z' }
const long = 'x'.repeat(5 * 1024 * 1024)
const twice = header + good

/** Objects of a source that are not as they should be, and what becomes of their rows. */
export interface Trap {
  body: string | Buffer
  /** A second object of the source, to show that the first does no harm to others. */
  also?: string | Buffer
  source?: Partial<SourceConfig>
  file: string
  kept: number
  duplicates?: number
  reasons?: Record<string, number>
}

export const traps: Record<string, Trap> = {
  'a truncated gz': {
    file: 'a.csv.gz',
    body: gzipSync(header + good.repeat(5000)).subarray(0, 120),
    also: header + good,
    kept: 1,
    reasons: { truncated_gzip: 1 },
  },
  'invalid UTF-8': {
    file: 'a.ndjson',
    body: Buffer.concat([Buffer.from(line(event)), Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a])]),
    kept: 1,
    reasons: { invalid_utf8: 1 },
  },
  'umlauts in windows-1252': {
    file: 'a.csv',
    body: Buffer.from(`${header}c1,Rückgabe,2024-03-01,\n`, 'latin1'),
    source: { encoding: 'windows-1252' },
    kept: 1,
  },
  'a byte-order mark': { file: 'a.csv', body: `\u{feff}${header}${good}`, kept: 1 },
  'a semicolon CSV': { file: 'a.csv', body: (header + good).replaceAll(',', ';'), kept: 1 },
  'quoted newlines': {
    file: 'a.csv',
    body: `${header}c1,"visit\nof the shop",2024-03-01T10:00:00Z,\n${good}`,
    kept: 2,
  },
  'a missing column': {
    file: 'a.csv',
    body: 'Customer,What\nc1,visit\n',
    also: header + good,
    kept: 1,
    reasons: { missing_column: 1 },
  },
  'a renamed column': {
    file: 'a.csv',
    body: `Kunde,What,When,Amount\n${good}`,
    source: { columns: { ...columns, customer: 'Kunde' } },
    kept: 1,
  },
  'epoch seconds, milliseconds and microseconds': {
    file: 'a.ndjson',
    body: ['1709287200', '1709287200000', 1709287200000000]
      .map((When) => line({ ...event, When }))
      .join(''),
    kept: 3,
  },
  'local times': {
    file: 'a.csv',
    body: `${header}c1,visit,2024-07-01 12:00,\n`,
    source: { time_zone: 'Europe/Paris' },
    kept: 1,
  },
  '31 February': {
    file: 'a.csv',
    body: `${header}c1,visit,2024-02-31,\n${good}`,
    kept: 1,
    reasons: { unparseable_time: 1 },
  },
  'amounts with a decimal comma': {
    file: 'a.csv',
    body: `${header}c1,buy,2024-03-01,"1.234,50"\n`,
    kept: 1,
  },
  'an amount that is none': {
    file: 'a.csv',
    body: `${header}c1,buy,2024-03-01,lots\n`,
    kept: 1,
    reasons: { unparseable_revenue: 1 },
  },
  'a 5 MB line': { file: 'a.ndjson', body: line({ ...event, note: long }) + line(event), kept: 2 },
  'an empty object': { file: 'a.csv', body: '', also: header + good, kept: 1 },
  'the same file under two names': {
    file: 'a.csv',
    body: twice,
    also: twice,
    kept: 1,
    duplicates: 1,
  },
  'a copy within one file, which is a second event': { file: 'a.csv', body: twice + good, kept: 2 },
  'an HTML error page saved as JSON': {
    file: 'a.json',
    body: '<!DOCTYPE html><html><body>503</body></html>',
    also: header + good,
    kept: 1,
    reasons: { html_page: 1 },
  },
  'a malformed JSON line': {
    file: 'a.ndjson',
    body: `${line(event)}{"Customer": \n${line({ ...event, What: 'buy' })}`,
    kept: 2,
    reasons: { malformed_json: 1 },
  },
  'a row with too many columns': {
    file: 'a.csv',
    body: `${header}c1,visit,2024-03-01,1,surplus\n${good}`,
    kept: 1,
    reasons: { too_many_columns: 1 },
  },
  nobody: {
    file: 'a.csv',
    body: `${header},visit,2024-03-01,\n`,
    kept: 0,
    reasons: { no_identifier: 1 },
  },
  'the far future': {
    file: 'a.csv',
    body: `${header}c1,visit,2999-01-01,\n`,
    kept: 0,
    reasons: { time_in_future: 1 },
  },
  'no time': {
    file: 'a.csv',
    body: `${header}c1,visit,,\n`,
    kept: 0,
    reasons: { missing_time: 1 },
  },
}
