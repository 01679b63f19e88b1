import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { ThroughlineError } from '../errors.js'
import { linesIn, readSample } from './fixture.js'
import { generateSample, type SampleOptions } from './generate.js'
import { shares } from './people.js'
import { writeSample } from './write.js'

const sample = readSample({ touchpoints: 20_000 })
const { census, sources, defects } = sample.summary

function hashOf(options: SampleOptions): string {
  const hash = createHash('sha256')
  for (const { key, body } of generateSample(options)) hash.update(key).update(body)
  return hash.digest('hex')
}

test('the same options give the same bytes, another seed others', () => {
  const options = { seed: 3, touchpoints: 2000 }
  expect(hashOf(options)).toBe(hashOf(options))
  expect(hashOf(options)).not.toBe(hashOf({ ...options, seed: 4 }))
})

test.each([2000, 5000, 20_000])('%d touchpoints asked are met within 10 %%', (touchpoints) => {
  const { summary } = touchpoints === 20_000 ? sample : readSample({ touchpoints })
  expect(Math.abs(summary.touchpoints / touchpoints - 1)).toBeLessThan(0.1)
})

test('the range is the one asked, and every object lies in it', () => {
  const { texts, summary } = readSample({ touchpoints: 2000, days: 61, endsOn: '2024-03-01' })
  expect(summary).toMatchObject({ from: '2024-01-01', until: '2024-03-02' })
  const days = [...texts.keys()].filter((key) => key.startsWith('raw/segment/'))
  expect(days[0]).toBe('raw/segment/2024-01-01.ndjson.gz')
  expect(days.at(-1)).toBe('raw/segment/2024-03-01.ndjson.gz')
  expect(texts.has('truth/persons-2024-02.csv')).toBe(true)
})

test('the books count the lines that are there', () => {
  for (const [source, book] of Object.entries(sources)) {
    const headers = source === 'hubspot' || source === 'google_ads' ? book.objects : 0
    expect([source, linesIn(sample, `raw/${source}/`).length - headers]).toEqual([
      source,
      book.rows,
    ])
    expect(book.records + book.copies + book.rejected).toBe(book.rows)
  }
})

test('about three quarters of the touchpoints are web and app events', () => {
  const share = sources.segment!.records / sample.summary.touchpoints
  expect(share).toBeGreaterThan(0.68)
  expect(share).toBeLessThan(0.82)
})

test('each difficulty occurs about as often as stated', () => {
  const near = (part: number, whole: number, share: number): void => {
    const error = 3.5 * Math.sqrt((share * (1 - share)) / whole)
    expect(Math.abs(part / whole - share)).toBeLessThan(error)
  }
  near(census.sharedDevice, census.severalMembers, shares.sharedDevice)
  near(census.familyMailbox, census.severalMembers, shares.familyMailbox)
  near(census.twoContacts, census.contactOwners, shares.secondContact)
  const contacts = linesIn(sample, 'raw/hubspot/').slice(1)
  const having = (pattern: RegExp): number => contacts.filter((line) => pattern.test(line)).length
  const placeholder = /,(test@test\.com|noreply@shop\.example|n\/a|none@none\.com),/
  near(having(placeholder), contacts.length, shares.placeholderEmail)
  near(having(/,(0000000000|123456789),/), contacts.length, shares.placeholderPhone)
  near(having(/,support@shop\.example,/), contacts.length, shares.supportMailbox)
  expect(census.anonymous / census.people).toBeGreaterThan(0.3)
})

test('addresses and phones are typed in several spellings', () => {
  const contacts = linesIn(sample, 'raw/hubspot/').join('\n')
  for (const spelling of [/,[A-Z.]+\d*@[A-Z.]+,/, /, [a-z.]+\d*@/, /,\+44 7/, /,\+447/, /,07/])
    expect(contacts).toMatch(spelling)
})

test('the defects are where the list says, each of its kind once', () => {
  const at = (kind: string): { text: string; rows: number } => {
    const found = defects.filter((defect) => defect.kind === kind)
    expect(found).toHaveLength(1)
    return { text: sample.texts.get(`raw/${found[0]!.key}`)!, rows: found[0]!.rows }
  }
  const broken = at('malformed_line')
    .text.split('\n')
    .filter((line) => !isJson(line) && line)
  expect(broken).toHaveLength(1)
  expect(at('impossible_date').text.match(/"timestamp":"\d{4}-02-31/g)).toHaveLength(1)
  expect(at('test_order').text.match(/"test":true/g)).toHaveLength(1)
  expect(at('empty_object').text).toBe('')
  expect(at('folder_marker').text).toBe('')
  const twice = at('same_object_twice')
  expect([...sample.texts.values()].filter((text) => text === twice.text)).toHaveLength(2)
  expect(twice.text.trimEnd().split('\n')).toHaveLength(twice.rows)
})

test('a target of folders gets no folder marker', async () => {
  const keys: string[] = []
  const target = { write: async (key: string) => keys.push(key) }
  const summary = await writeSample(target, { touchpoints: 500, folderMarkers: false })
  expect(keys.some((key) => key.endsWith('/'))).toBe(false)
  expect(keys.at(-1)).toBe('truth/summary.json')
  expect(summary.touchpoints).toBeGreaterThanOrEqual(500)
})

test.each([
  [{ touchpoints: 0 }, 'touchpoints'],
  [{ days: 5 }, 'days'],
  [{ endsOn: 'yesterday' }, 'endsOn'],
])('a bad option %j is named', (options, name) => {
  expect(() => generateSample(options).next()).toThrow(ThroughlineError)
  expect(() => generateSample(options).next()).toThrow(name)
})

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
